import ArgumentParser
import CoordinatorAPI
import MusterCore
import Terminal

/// `muster coordinator status`
struct CoordinatorStatus: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Say who answers, how much there is to do, and what is wrong.")

  @OptionGroup var coordinator: CoordinatorOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let (status, address) = try await coordinator.connected { client in (try await client.status(), client.address) }
    let output = output.output
    try output.render(
      StatusView(status, at: address),
      table: Table(facts: CoordinatorStatus.facts(status, address, now: SystemTime().timestamp())),
      ids: [address.description])
  }

  static func facts(
    _ status: Muster_V1_GetStatusResponse, _ address: CoordinatorAddress, now: Timestamp
  ) -> [(String, Cell)] {
    var facts: [(String, Cell)] = [
      ("coordinator", Cell(address.description)), ("muster", Cell(status.build)),
      ("protocol", Cell(ProtocolVersions(status.protocol).description)), ("store", Cell(status.store)),
      ("started", Cell(TimeText.ago(status.startedUnixMs, now: now))), ("tasks", tasks(status)),
      ("workers", workers(status)),
    ]
    // A store that has but one coordinator does not name it.
    for other in status.coordinators { facts.append((other.isThis ? "this one" : "another", coordinator(other, now))) }
    for problem in status.problems { facts.append(("problem", Cell(problem, style: .bad))) }
    return facts
  }

  private static let unknown = Cell("not known while the store does not answer", style: .attention)

  private static func tasks(_ status: Muster_V1_GetStatusResponse) -> Cell {
    if status.storeAway { return unknown }
    let words = ["waiting", "queued", "running", "verifying", "done", "failed", "cancelled"]
    let tasks = words.compactMap { word in status.tasksByState[word].map { "\(Format.count($0)) \(word)" } }
    return Cell(tasks.isEmpty ? "none" : tasks.joined(separator: ", "))
  }

  private static func workers(_ status: Muster_V1_GetStatusResponse) -> Cell {
    if status.storeAway { return unknown }
    return Cell("\(status.workers), \(status.slotsInUse) of \(status.slots) slots in use")
  }

  private static func coordinator(_ one: Muster_V1_CoordinatorSummary, _ now: Timestamp) -> Cell {
    let duties = one.onDuty ? ", has the periodic duties" : ""
    let address = one.address.isEmpty ? "address unknown" : one.address
    return Cell(
      "\(address), muster \(one.build), started \(TimeText.ago(one.startedUnixMs, now: now)), "
        + "heard \(TimeText.ago(one.lastHeardUnixMs, now: now))\(duties)")
  }
}
