import ArgumentParser
import MusterCore

/// `muster up`
struct Up: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Start a coordinator and workers on this machine, for as long as this command runs.",
    discussion: """
      Ctrl-C drains: what runs is finished, the rest stays in the store for the next start. A second Ctrl-C ends at once.
      """)

  @Option(
    name: [.customShort("c"), .customLong("config")],
    help: ArgumentHelp("Configuration file. Default: muster.yaml if there is one.", valueName: "file"),
    completion: .file())
  var file: String?

  @Option(help: ArgumentHelp("How many workers; 0 is a coordinator alone. Default: 1.", valueName: "count"))
  var workers: Int?

  @Option(help: ArgumentHelp("Slots of each worker. Default: the cores, shared by the workers.", valueName: "count"))
  var slots: Int?

  @OptionGroup var service: ServiceOptions
  @OptionGroup var log: LogOptions

  func validate() throws {
    if let workers, !(0...1000).contains(workers) {
      throw ValidationError("--workers is \(workers); give a number from 0 to 1000.")
    }
    if let slots, !(1...65_535).contains(slots) {
      throw ValidationError("--slots is \(slots); give a number from 1 to 65535.")
    }
  }

  func run() async throws { try await UpStart(self).run() }
}
