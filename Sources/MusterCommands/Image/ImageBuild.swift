import ArgumentParser
import OCIImages

/// `muster image build`
struct ImageBuild: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build", abstract: "Make an image from files, without a daemon.",
    discussion: """
      The same files and options give the same digest: times and owners are fixed (SOURCE_DATE_EPOCH sets the time). A \
      program that is added with --program brings the shared libraries that it needs, so that it also runs from scratch. \
      Flags add to what a recipe says, and beat it.
      """)

  @Option(name: .shortAndLong, help: ArgumentHelp("A recipe in YAML.", valueName: "recipe.yaml"), completion: .file())
  var file: String?

  @Option(help: ArgumentHelp("What it stands on: a place, or scratch. Default: scratch.", valueName: "place"))
  var base: String?

  @Option(name: .customLong("add"), help: ArgumentHelp("A file or folder to put in.", valueName: "src:dst[:mode]"))
  var additions: [String] = []

  @Option(help: ArgumentHelp("A program to put in, with its shared libraries.", valueName: "src[:dst]"))
  var program: [String] = []

  @Option(help: ArgumentHelp("A variable of the environment.", valueName: "name=value")) var env: [String] = []

  // Arguments of programs begin with a dash more often than not.
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("What is started; repeat it for each word.", valueName: "word"))
  var entrypoint: [String] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Its arguments, or what is started without an entrypoint; repeat it.", valueName: "word"))
  var cmd: [String] = []

  @Option(name: .customLong("run-as"), help: ArgumentHelp("As whom it is started, as 1000:1000.", valueName: "user"))
  var runAs: String?

  @Option(help: ArgumentHelp("Where it is started.", valueName: "path")) var workdir: String?
  @Option(help: ArgumentHelp("A label of the configuration.", valueName: "name=value")) var label: [String] = []
  @Option(help: ArgumentHelp("An annotation of the manifest.", valueName: "name=value")) var annotation: [String] = []

  @Option(help: ArgumentHelp("For which machine; several make an index. Default: this one.", valueName: "os/arch"))
  var platform: [String] = []

  @Option(help: ArgumentHelp("Where to put it.", valueName: "place")) var to: String
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let recipe = try read()
    let destination = try ImageLocation(to)
    let base = recipe.base.flatMap { $0 == "scratch" ? nil : $0 }
    let baseLocation = try base.map { try ImageLocation($0) }
    try await registry.withPlaces([destination] + (baseLocation.map { [$0] } ?? [])) { places, _ in
      var imageBase = ImageBase.scratch
      if let baseLocation {
        let (source, image) = try await places.source(baseLocation)
        imageBase = .image(source, image)
      }
      var builder = ImageBuilder()
      builder.time = try ImageBuilder.sourceDate(CommandContext.current.environment)
      let recipes = try ImageRecipes.make(recipe, base: imageBase)
      let built =
        recipes.count == 1 && recipe.platforms.count < 2
        ? try await builder.build(recipes[0]) : try await builder.build(index: recipes, annotations: recipe.annotations)
      // Its layers are in a temporary folder, which would stay behind when the program ends.
      defer { built.discard() }
      try await ImageTransfer(places: places, output: output.output).run(built, nil, from: "built", to: destination)
    }
  }

  /// The recipe's file and the flags in one.
  private func read() throws -> ImageRecipeFile {
    var recipe = ImageRecipeFile()
    if let file {
      recipe = try ImageRecipeFile(yaml: String(decoding: try InputFile.read(file), as: UTF8.self), name: file)
    }
    if let base { recipe.base = base }
    if !platform.isEmpty { recipe.platforms = platform }
    recipe.files += try additions.map { try .init($0, option: "--add") }
    recipe.programs += try program.map { try .init($0, option: "--program", needsPath: false) }
    recipe.environment.merge(try Self.pairs(env, "--env")) { $1 }
    recipe.labels.merge(try Self.pairs(label, "--label")) { $1 }
    recipe.annotations.merge(try Self.pairs(annotation, "--annotation")) { $1 }
    if !entrypoint.isEmpty { recipe.entrypoint = entrypoint }
    if !cmd.isEmpty { recipe.command = cmd }
    if let runAs { recipe.user = runAs }
    if let workdir { recipe.workdir = workdir }
    return recipe
  }

  private static func pairs(_ texts: [String], _ option: String) throws -> [String: String] {
    var pairs: [String: String] = [:]
    for text in texts {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty else {
        throw CommandError(.badArgument, "\(option) is '\(text)'; write NAME=VALUE")
      }
      pairs[String(parts[0])] = String(parts[1])
    }
    return pairs
  }
}
