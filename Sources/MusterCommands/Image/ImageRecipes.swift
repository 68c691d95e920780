import OCIImages

/// Turns what a file and flags say into what the builder takes: a recipe for each platform.
enum ImageRecipes {
  /// - Throws: ``OCIError``, ``CommandError``.
  static func make(_ file: ImageRecipeFile, base: ImageBase) throws -> [ImageRecipe] {
    let platforms = try file.platforms.isEmpty ? [Platform.current] : file.platforms.map { try Platform($0) }
    try check(file.programs, platforms)
    let layers = try layers(file)
    let changes = ConfigurationChanges(
      user: file.user, environment: file.environment.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) },
      entrypoint: file.entrypoint, command: file.command, workingDirectory: file.workdir, labels: file.labels,
      exposedPorts: Set(file.ports), volumes: Set(file.volumes))
    return platforms.map {
      ImageRecipe(base: base, platform: $0, layers: layers, changes: changes, annotations: file.annotations)
    }
  }

  /// Programs are files of this machine, and go into the images of all platforms: they have to run there.
  private static func check(_ programs: [ImageRecipeFile.FileEntry], _ platforms: [Platform]) throws {
    for program in programs {
      let architecture = try ProgramArchitecture.of(program.source)
      for platform in platforms where !architecture.runs(on: platform) {
        throw CommandError(
          .badArgument,
          "the program '\(program.source)' is for \(architecture), and does not run on \(platform); build the image of each platform with its own programs"
        )
      }
    }
  }

  /// Libraries below, programs and files above: what changes least often is shared most.
  private static func layers(_ file: ImageRecipeFile) throws -> [LayerRecipe] {
    var libraries: [String: LayerContent] = [:]
    for program in file.programs {
      let found = try SharedLibraries.find(of: program.source, imagePath: program.path)
      for content in SharedLibraries.layerContents(of: found) { libraries[content.path] = content }
    }
    let programs = file.programs.map {
      LayerContent(.copy(source: $0.source), at: $0.path, mode: $0.mode == nil ? .exactly(0o755) : $0.layerMode)
    }
    let files = file.files.map { LayerContent(.copy(source: $0.source), at: $0.path, mode: $0.layerMode) }
    return [
      LayerRecipe(libraries.values.sorted { $0.path < $1.path }, comment: "shared libraries"),
      LayerRecipe(programs + files, comment: "files"),
    ].filter { !$0.contents.isEmpty }
  }
}
