import Foundation
import Synchronization
import Worker

/// Runs attempts that last until the test ends them, or until they are cancelled.
final class HeldRunner: TaskRunner {
  private struct State {
    var held: [String: CheckedContinuation<AttemptResult, Never>] = [:]
    var logs: [String: @Sendable (Data) -> Void] = [:]
    var requests: [String: AttemptRequest] = [:]
  }
  private let state = Mutex(State())
  /// The ids of tasks, as they begin.
  let begun: AsyncStream<String>
  private let begin: AsyncStream<String>.Continuation

  init() { (begun, begin) = AsyncStream.makeStream() }

  func request(_ task: String) -> AttemptRequest? { state.withLock { $0.requests[task] } }
  var running: [String] { state.withLock { $0.held.keys.sorted() } }

  /// Returns when a further attempt has begun.
  func next() async -> String? { await begun.first { _ in true } }

  func log(_ task: String, _ text: String) { state.withLock { $0.logs[task] }?(Data(text.utf8)) }

  func end(_ task: String, _ result: AttemptResult = AttemptResult(outcome: .done)) {
    state.withLock { $0.held.removeValue(forKey: task) }?.resume(returning: result)
  }

  func run(
    _ request: AttemptRequest, started: @escaping @Sendable () -> Void, log: @escaping @Sendable (Data) -> Void
  ) async -> AttemptResult {
    started()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        state.withLock { state in
          state.held[request.taskID] = continuation
          state.logs[request.taskID] = log
          state.requests[request.taskID] = request
        }
        if Task.isCancelled { end(request.taskID, AttemptResult(outcome: .cancelled)) }
        begin.yield(request.taskID)
      }
    } onCancel: {
      self.end(request.taskID, AttemptResult(outcome: .cancelled))
    }
  }
}
