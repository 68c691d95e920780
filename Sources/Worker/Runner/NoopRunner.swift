import Foundation

/// Ends every attempt at once with an empty or given result: what remains is the cost of the engine itself.
public struct NoopRunner: TaskRunner {
  private let result: Data

  public init(result: Data = Data()) { self.result = result }

  public var needsStages: Bool { false }

  public func runAtOnce(_ request: AttemptRequest) -> AttemptResult? { AttemptResult(outcome: .done, result: result) }

  public func run(
    _ request: AttemptRequest, started: @escaping @Sendable () -> Void, log: @escaping @Sendable (Data) -> Void
  ) async -> AttemptResult { AttemptResult(outcome: .done, result: result) }
}
