import ArgumentParser
import CoordinatorAPI
import MusterCore
import Terminal

/// `muster task show`
struct TaskShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one task, its attempts, and why it is where it is.")

  @Argument(help: "The task's id.") var id: String
  @OptionGroup var coordinator: CoordinatorOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let id = id
    let detail = try await coordinator.connected { client in try await client.task(id) }
    let output = output.output
    let now = SystemTime().timestamp()
    try output.render(TaskDetailView(detail), table: Table(facts: TaskShow.facts(detail, now: now)), ids: [id])
    guard output.mode == .table else { return }
    if !detail.attempts.isEmpty {
      try output.line("")
      try output.render([String](), table: TaskShow.history(detail.attempts, now: now), ids: [])
    }
    if !detail.why.isEmpty, !detail.summary.state.isEnd {
      try output.line("")
      for reason in detail.why { try output.line(reason.message) }
    }
  }

  static func facts(_ detail: Muster_V1_TaskDetail, now: Timestamp) -> [(String, Cell)] {
    let task = detail.summary
    var facts: [(String, Cell)] = [
      ("id", Cell(task.id)), ("kind", Cell(task.kind)), ("state", task.state.cell),
      ("priority", "\(task.priority)"), ("needs", Cell(NeedsText.of(task.slots, task.memory, task.gpus))),
      ("attempts", "\(task.attempts) of \(task.maxAttempts)"),
      ("submitted", Cell(TimeText.ago(task.submittedUnixMs, now: now))),
    ]
    if task.startedUnixMs != 0 { facts.append(("started", Cell(TimeText.ago(task.startedUnixMs, now: now)))) }
    if task.finishedUnixMs != 0 {
      facts.append(("finished", Cell(TimeText.ago(task.finishedUnixMs, now: now))))
      facts.append(("took", Cell(TimeText.between(task.startedUnixMs, task.finishedUnixMs))))
    }
    if task.deadlineUnixMs != 0 { facts.append(("deadline", Cell(TimeText.ago(task.deadlineUnixMs, now: now)))) }
    if !task.worker.isEmpty { facts.append(("worker", Cell(task.worker))) }
    facts.append(("input", Cell(Format.bytes(task.inputSize))))
    if task.state == .done {
      facts.append(("result", Cell(Format.bytes(task.resultSize) + (task.late ? ", late" : ""))))
    }
    if !task.error.isEmpty { facts.append(("error", Cell(task.error, style: .bad))) }
    for (key, value) in task.labels.sorted(by: { $0.key < $1.key }) { facts.append(("label", "\(key)=\(value)")) }
    if !detail.dependsOn.isEmpty { facts.append(("after", Cell(detail.dependsOn.joined(separator: ", ")))) }
    return facts
  }

  static func history(_ attempts: [Muster_V1_AttemptRecord], now: Timestamp) -> Table {
    var table = Table([Column("ATTEMPT", .right), "WORKER", "OUTCOME", "STARTED", Column("TOOK", .right), "ERROR"])
    for attempt in attempts {
      table.add([
        "\(attempt.number)", Cell(attempt.worker), Cell(attempt.outcome),
        Cell(TimeText.ago(attempt.startedUnixMs, now: now)),
        Cell(TimeText.between(attempt.startedUnixMs, attempt.endedUnixMs)), Cell(attempt.error),
      ])
    }
    return table
  }
}

extension Muster_V1_TaskState {
  /// Done, failed or cancelled.
  var isEnd: Bool { self == .done || self == .failed || self == .cancelled }
}
