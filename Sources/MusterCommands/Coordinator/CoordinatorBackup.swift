import ArgumentParser
import MusterCore
import Settings
import TaskStore
import Terminal

/// `muster coordinator backup`
struct CoordinatorBackup: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Copy the embedded store into a folder while its coordinator runs.",
    discussion: """
      Runs on the coordinator's machine, as its user and with its configuration. To restore, stop the coordinator and start \
      one over the folder's muster.db, or put what is in the folder in the place of the store.
      """)

  @Option(
    name: .customLong("to"), help: ArgumentHelp("The folder to make; it must not exist.", valueName: "folder"),
    completion: .directory)
  var target: String

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  private struct View: Encodable {
    let backup: String
    let store: String
    let tasks: Int
    let payloadFiles: Int
    let bytes: Int64

    enum CodingKeys: String, CodingKey {
      case backup, store, tasks, bytes
      case payloadFiles = "payload_files"
    }
  }

  func run() async throws {
    let settings = try store.settings()
    guard case .sqlite(let path) = settings.store else {
      throw CommandError(
        .badArgument,
        "the store is \(settings.store), and only one in a file is backed up by this command; take pg_dump --schema=muster, or "
          + "the way in which the database is backed up")
    }
    let place = EmbeddedPlace(path: path, state: settings.state)
    let target = StoreLocation.absolute(self.target)
    let report = try StoreBackup(folder: place.folder, file: place.file).make(at: target)
    let view = View(
      backup: target, store: "\(place.folder)/\(place.file)", tasks: report.tasks, payloadFiles: report.payloadFiles,
      bytes: report.bytes)
    try output.output.render(
      view,
      table: Table(facts: [
        ("backup", Cell(target)), ("store", Cell(view.store)), ("tasks", Cell(Format.count(UInt64(report.tasks)))),
        ("payload files", Cell(Format.count(UInt64(report.payloadFiles)))),
        ("size", Cell(Format.bytes(UInt64(report.bytes)))),
      ]), ids: [target])
  }
}
