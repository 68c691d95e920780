import Foundation
import TaskModel

/// What runs attempts for a worker: programs (``ExecutorRunner``), nothing (``NoopRunner``), or a test's double.
public protocol TaskRunner: Sendable {
  /// Whether a kind without stages is unrunnable here. The worker hands such attempts back without asking the runner.
  var needsStages: Bool { get }

  /// The result of an attempt that takes no time at all, or nil if it must be run by ``run(_:started:log:)``.
  ///
  /// Called with the worker's lock held, so that tens of thousands of trivial attempts a second need no task each:
  /// it must not block, wait, or call the worker.
  func runAtOnce(_ request: AttemptRequest) -> AttemptResult?

  /// Runs one attempt to its end. Cancelling the surrounding task ends the attempt as soon as it can be ended.
  ///
  /// - Parameters:
  ///   - started: call it once, when the program runs; an attempt that never started uses up nothing.
  ///   - log: call it with pieces of the attempt's log, in order, and never after this returns.
  func run(
    _ request: AttemptRequest, started: @escaping @Sendable () -> Void, log: @escaping @Sendable (Data) -> Void
  ) async -> AttemptResult
}

extension TaskRunner {
  public var needsStages: Bool { true }
  public func runAtOnce(_ request: AttemptRequest) -> AttemptResult? { nil }
}
