import ArgumentParser
import MusterCore

/// `muster kind check`
struct KindCheck: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Run a kind once on a sample, here, and say what happened.",
    discussion: """
      Needs no coordinator: the programs of the configuration file run on this machine, on the input given, and then \
      the verifier if the kind has one.
      """)

  @Argument(help: "The kind's name.") var kind: String

  @Option(
    name: [.customShort("c"), .customLong("config")],
    help: ArgumentHelp("The file that defines the kind. Default: muster.yaml.", valueName: "file"), completion: .file())
  var file: String?

  @Option(help: ArgumentHelp("The sample input itself.", valueName: "text"))
  var input: String?

  @Option(
    help: ArgumentHelp("A file with the sample input; - is standard input.", valueName: "file"), completion: .file())
  var inputFile: String?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    try Submit.check(kind: kind)
    if input != nil, inputFile != nil {
      throw ValidationError("Give the input with --input or with --input-file, not with both.")
    }
    if input == nil, inputFile == nil {
      throw ValidationError("Give a sample with --input TEXT, or with --input-file FILE (- is standard input).")
    }
  }

  func run() async throws { try await KindTrial(self).run() }
}
