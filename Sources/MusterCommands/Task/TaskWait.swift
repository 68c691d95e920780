import ArgumentParser
import CoordinatorAPI
import MusterCore
import Terminal

/// `muster task wait`
struct TaskWait: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wait", abstract: "Wait until tasks have ended, and exit with 1 if any was not done.")

  @Argument(help: "The tasks' ids.") var ids: [String]

  @Option(help: ArgumentHelp("Give up after this time, for example 10m. Default: never.", valueName: "time"))
  var timeout: String?

  @OptionGroup var coordinator: CoordinatorOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if ids.isEmpty { throw ValidationError("Give the id of at least one task.") }
    do {
      if let timeout { _ = try DurationText.parse(timeout) }
    } catch {
      throw ValidationError(error.message)
    }
  }

  func run() async throws {
    let output = output.output
    let unsuccessful = Collected<Muster_V1_TaskEnd>()
    let watch = TaskWatch(try coordinator.reconnecting)
    let (ids, timeout) = (ids, timeout)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      defer { group.cancelAll() }
      group.addTask {
        try await watch.ends(of: ids) { _ in
          output.warning("the coordinator has gone; waiting until it answers")
        } each: { end in
          if end.state != .done { unsuccessful.append([end]) }
          let reason = end.error.isEmpty ? "" : ": \(end.error)"
          try output.renderLine(OutcomeView(end, result: nil), text: "\(end.id) \(end.state.word)\(reason)", id: end.id)
        }
        return true
      }
      if let timeout {
        let limit = try DurationText.parse(timeout)
        group.addTask {
          try await SystemTime().sleep(for: limit)
          return false
        }
      }
      guard try await group.next() == true else {
        throw CommandError(.taskNotDone, "not all tasks have ended within \(timeout ?? "the time")")
      }
    }
    let failed = unsuccessful.all
    if failed.count == 1, let end = failed.first { throw TaskEnding.failure(end) }
    if !failed.isEmpty {
      throw CommandError(
        .taskNotDone, "\(failed.count) of \(Set(ids).count) tasks were not done; the first is \(failed[0].id)")
    }
  }
}
