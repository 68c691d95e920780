import ArgumentParser
import CoordinatorAPI
import MusterCore
import Synchronization
import Terminal

/// `muster task list`
struct TaskList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List tasks, newest first.")

  @Option(
    name: .customLong("state"),
    help: ArgumentHelp(
      "Only tasks in this state: waiting, queued, running, verifying, done, failed or cancelled; may be repeated.",
      valueName: "state"))
  var states: [String] = []

  @Option(help: "Only tasks of this kind.")
  var kind: String?

  @Option(
    name: .customLong("label"),
    help: ArgumentHelp("Only tasks with this label; may be repeated.", valueName: "key=value"))
  var labels: [String] = []

  @Option(help: ArgumentHelp("At most this many.", valueName: "count"))
  var limit = 100

  @Flag(help: "Oldest first.")
  var oldestFirst = false

  @Flag(help: "Only how many there are, by kind and state, as 'muster task count' prints it.")
  var summary = false

  @OptionGroup var coordinator: CoordinatorOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    for word in states where Muster_V1_TaskState(word: word) == nil {
      throw ValidationError(
        "There is no state '\(word)'; states are waiting, queued, running, verifying, done, failed and cancelled.")
    }
    guard (1...1_000_000).contains(limit) else {
      throw ValidationError("--limit is \(limit); give a number from 1 to 1000000.")
    }
    _ = try Label.all(labels)
    if summary, !states.isEmpty || !labels.isEmpty {
      throw ValidationError("--summary counts all tasks; leave out --state and --label.")
    }
  }

  func run() async throws {
    if summary { return try await TaskCount.print(coordinator, output.output, kind: kind) }
    let request = try request()
    let found = Collected<Muster_V1_TaskSummary>()
    try await coordinator.connected { client in try await client.tasks(request) { found.append($0) } }
    let tasks = found.all
    try output.output.render(
      tasks.map(TaskView.init), table: TaskList.table(tasks, now: SystemTime().timestamp()), ids: tasks.map(\.id))
    if tasks.count == limit { output.output.note("only the first \(limit); more with --limit") }
  }

  func request() throws -> Muster_V1_ListTasksRequest {
    let labels = try Label.all(labels)
    return .with {
      $0.states = states.compactMap { Muster_V1_TaskState(word: $0) }
      $0.kind = kind ?? ""
      $0.labels = labels
      $0.limit = UInt32(limit)
      $0.oldestFirst = oldestFirst
    }
  }

  static func table(_ tasks: [Muster_V1_TaskSummary], now: Timestamp) -> Table {
    var table = Table(
      [
        Column("ID", shrinks: false), "KIND", "STATE", Column("ATTEMPTS", .right), "WORKER", "SUBMITTED",
        Column("TOOK", .right), "ERROR",
      ], whenEmpty: "no tasks")
    for task in tasks {
      table.add([
        Cell(task.id), Cell(task.kind), task.state.cell, "\(task.attempts)/\(task.maxAttempts)",
        Cell(task.worker.isEmpty ? "-" : task.worker), Cell(TimeText.ago(task.submittedUnixMs, now: now)),
        Cell(TimeText.between(task.startedUnixMs, task.finishedUnixMs)), Cell(task.error),
      ])
    }
    return table
  }
}

/// What arrives in parts, kept together.
final class Collected<Element: Sendable>: Sendable {
  private let elements = Mutex<[Element]>([])
  var all: [Element] { elements.withLock { $0 } }
  func append(_ new: [Element]) { elements.withLock { $0 += new } }
}
