import ArgumentParser
import CoordinatorAPI
import MusterCore
import Terminal

/// `muster worker list`
struct WorkerList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List the workers.")

  @OptionGroup var coordinator: CoordinatorOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let workers = try await coordinator.connected { client in try await client.workers() }
    try output.output.render(
      workers.map(WorkerView.init), table: WorkerList.table(workers, now: SystemTime().timestamp()),
      ids: workers.map(\.name))
  }

  static func table(_ workers: [Muster_V1_WorkerSummary], now: Timestamp) -> Table {
    var table = Table(
      [
        Column("NAME", shrinks: false), "STATE", "KINDS", Column("SLOTS", .right), Column("DONE", .right),
        Column("FAILED", .right), Column("INVALID", .right), "HEARD", "NOTE",
      ], whenEmpty: "no workers; start one with 'muster worker run'")
    for worker in workers {
      table.add([
        Cell(worker.name), Cell(worker.state, style: worker.state == "connected" ? .good : .attention),
        Cell(worker.kinds.joined(separator: ",")), "\(worker.slotsInUse)/\(worker.slots)",
        Cell(Format.count(worker.done)), Cell(Format.count(worker.failed)), Cell(Format.count(worker.invalid)),
        Cell(TimeText.ago(worker.lastHeardUnixMs, now: now)),
        Cell(worker.setAside.map { "set aside for \($0.kind)" }.joined(separator: ", "), style: .bad),
      ])
    }
    return table
  }
}
