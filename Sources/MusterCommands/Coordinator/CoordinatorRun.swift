import ArgumentParser
import MusterCore

/// `muster coordinator run`
struct CoordinatorRun: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Be a coordinator until told to stop.",
    discussion: """
      Ctrl-C (SIGINT) or SIGTERM ends it in order; a second one at once. SIGHUP reads the configuration again. A \
      coordinator.yaml of the prover cluster is understood too.
      """)

  @Option(
    name: [.customShort("c"), .customLong("config")],
    help: ArgumentHelp("Configuration file. Default: muster.yaml if there is one.", valueName: "file"),
    completion: .file())
  var file: String?

  @OptionGroup var service: ServiceOptions
  @OptionGroup var log: LogOptions

  func run() async throws { try await CoordinatorStart(self).run() }
}
