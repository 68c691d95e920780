import ArgumentParser
import MusterCore

/// `muster coordinator migrate`
struct CoordinatorMigrate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate",
    abstract: "Copy all tasks from one store into another, empty one, while no coordinator runs.",
    discussion: """
      Stores are sqlite:PATH and postgres://…, as in the setting 'store'. It is all or nothing: whatever goes wrong, the \
      other store stays empty and the first as it is. Workers may go on: they find their tasks again at a coordinator over \
      the new store.
      """)

  @Option(help: ArgumentHelp("The store to copy; it is not changed.", valueName: "store"))
  var from: String

  @Option(help: ArgumentHelp("The store to fill.", valueName: "store"))
  var to: String

  @Flag(help: "Say what would be copied, and copy nothing.")
  var dryRun = false

  @Option(
    name: [.customShort("c"), .customLong("config")],
    help: ArgumentHelp(
      "Configuration file, for the leases of the kinds. Default: muster.yaml if there is one.", valueName: "file"),
    completion: .file())
  var file: String?

  @OptionGroup var output: OutputOptions

  func run() async throws { try await StoreMigration(self).run() }
}
