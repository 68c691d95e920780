import ArgumentParser
import CoordinatorAPI
import MusterCore
import Terminal

/// `muster worker show`
struct WorkerShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one worker and what it runs.")

  @Argument(help: "The worker's name.") var name: String
  @OptionGroup var coordinator: CoordinatorOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let workers = try await coordinator.connected { client in try await client.workers() }
    guard let worker = workers.first(where: { $0.name == name }) else {
      throw APIError(.notFound, "there is no worker '\(name)'; see 'muster worker list'", details: ["name": name])
    }
    try WorkerShow.print(worker, output.output)
  }

  static func print(_ worker: Muster_V1_WorkerSummary, _ output: Output) throws {
    let now = SystemTime().timestamp()
    try output.render(WorkerView(worker), table: Table(facts: facts(worker, now: now)), ids: [worker.name])
    guard output.mode == .table, !worker.running.isEmpty else { return }
    try output.line("")
    var table = Table([Column("TASK", shrinks: false), "KIND", Column("ATTEMPT", .right), "STATE", "SINCE"])
    for task in worker.running {
      table.add([
        Cell(task.id), Cell(task.kind), "\(task.attempt)", Cell(task.started ? "running" : "handed out"),
        Cell(TimeText.ago(task.sinceUnixMs, now: now)),
      ])
    }
    try output.render([String](), table: table, ids: [])
  }

  static func facts(_ worker: Muster_V1_WorkerSummary, now: Timestamp) -> [(String, Cell)] {
    var facts: [(String, Cell)] = [
      ("name", Cell(worker.name)),
      ("state", Cell(worker.state, style: worker.state == "connected" ? .good : .attention)),
      ("kinds", Cell(worker.kinds.joined(separator: ", "))),
      ("offers", Cell(NeedsText.of(worker.slots, worker.memory, worker.gpus))),
      ("in use", Cell(worker.slotsInUse == 1 ? "1 slot" : "\(worker.slotsInUse) slots")),
      ("ended", "\(worker.done) done, \(worker.failed) failed, \(worker.invalid) invalid"),
      ("connected", Cell(TimeText.ago(worker.connectedUnixMs, now: now))),
      ("heard", Cell(TimeText.ago(worker.lastHeardUnixMs, now: now))),
    ]
    if !worker.build.isEmpty { facts.append(("muster", Cell(worker.build))) }
    for aside in worker.setAside {
      let until = aside.untilUnixMs == 0 ? "" : ", ends \(TimeText.ago(aside.untilUnixMs, now: now))"
      facts.append(("set aside", Cell("\(aside.kind): \(aside.reason)\(until)", style: .bad)))
    }
    return facts
  }
}
