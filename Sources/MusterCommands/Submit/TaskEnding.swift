import CoordinatorAPI
import MusterCore
import Synchronization
import Terminal

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Waits for one task and prints its result, for `muster submit --wait`.
struct TaskEnding {
  let coordinator: CoordinatorOptions
  let output: Output

  /// - Throws: ``CommandError`` (`task_not_done`) with the reason when the task failed or was cancelled.
  func wait(for id: String) async throws {
    let found = Found()
    let output = output
    try await TaskWatch(try coordinator.reconnecting).ends(of: [id], withResults: true) { _ in
      output.warning("the coordinator has gone; waiting until it answers")
    } each: { end in
      found.end.withLock { $0 = end }
    }
    guard let end = found.end.withLock({ $0 }) else { return }
    var result: Data?
    if end.state == .done {
      result = end.result
      if end.result.isEmpty, end.resultSize > 0 {
        result = try await coordinator.connected { client in try await client.result(of: id) }
      }
    }
    switch output.mode {
    case .json: try output.render(OutcomeView(end, result: result), table: Table([]), ids: [])
    case .quiet: try output.line(id)
    case .table: if let result { try output.result(result) }
    }
    if end.state != .done { throw TaskEnding.failure(end) }
  }

  static func failure(_ end: Muster_V1_TaskEnd) -> CommandError {
    CommandError(
      .taskNotDone,
      "task \(end.id) \(end.state == .cancelled ? "was cancelled" : "failed"): "
        + "\(end.error.isEmpty ? "no reason is known" : end.error)",
      details: ["id": end.id, "state": end.state.word])
  }

  private final class Found: Sendable {
    let end = Mutex<Muster_V1_TaskEnd?>(nil)
  }
}

extension Output {
  /// Prints a result; on a terminal its last line is ended, so that the prompt does not follow it.
  func result(_ data: Data) throws {
    try payload(Array(data))
    if results.isTerminal, let last = data.last, last != 0x0A { try results.write("\n") }
  }
}
