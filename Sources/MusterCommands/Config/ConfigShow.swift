import ArgumentParser
import MusterCore

/// `muster config show`
struct ConfigShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Print every setting and where its value comes from.",
    discussion: "A flag beats the environment, which beats the file, which beats the default.")

  @Option(
    name: [.customShort("c"), .customLong("config")],
    help: ArgumentHelp("Configuration file. Default: muster.yaml if there is one.", valueName: "file"),
    completion: .file())
  var file: String?

  @OptionGroup var output: OutputOptions

  func run() async throws { try ConfigReport(self).run() }
}
