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
    let words = ["waiting", "queued", "running", "verifying", "done", "failed", "cancelled"]
    let tasks = words.compactMap { word in status.tasksByState[word].map { "\(Format.count($0)) \(word)" } }
    var facts: [(String, Cell)] = [
      ("coordinator", Cell(address.description)), ("muster", Cell(status.build)),
      ("protocol", Cell(ProtocolVersions(status.protocol).description)), ("store", Cell(status.store)),
      ("started", Cell(TimeText.ago(status.startedUnixMs, now: now))),
      ("tasks", Cell(tasks.isEmpty ? "none" : tasks.joined(separator: ", "))),
      ("workers", Cell("\(status.workers), \(status.slotsInUse) of \(status.slots) slots in use")),
    ]
    for problem in status.problems { facts.append(("problem", Cell(problem, style: .bad))) }
    return facts
  }
}
