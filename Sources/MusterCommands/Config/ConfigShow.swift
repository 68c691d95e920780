import ArgumentParser
import MusterCore

/// `muster config show`
struct ConfigShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Print every setting and where its value comes from.",
    discussion: """
      A flag beats the environment, which beats the file, which beats the default. Commands take flags; this one shows \
      what the rest comes to.
      """)

  /// Whose settings are shown.
  enum Part: String, CaseIterable, ExpressibleByArgument {
    case up, coordinator, worker
  }

  @Option(name: .customLong("for"), help: ArgumentHelp("The settings of which command.", valueName: "command"))
  var part: Part = .up

  @Option(
    name: [.customShort("c"), .customLong("config")],
    help: ArgumentHelp("Configuration file. Default: muster.yaml if there is one.", valueName: "file"),
    completion: .file())
  var file: String?

  @Option(
    help: ArgumentHelp("A client.yaml of the prover cluster, with --for worker.", valueName: "file"),
    completion: .file())
  var clientConfig: String?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if clientConfig != nil, part != .worker { throw ValidationError("--client-config goes with --for worker.") }
  }

  func run() async throws { try ConfigReport(self).run() }
}
