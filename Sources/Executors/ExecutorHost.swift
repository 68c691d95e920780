import MusterCore

/// Runs programs in a bounded, supervised way, under one keeper process.
public final class ExecutorHost: Sendable {
  public init(keeperCommand: [String], workRoot: String, grace: Duration = .seconds(5)) throws {}

  public func run(
    _ request: ExecutorRequest, started: @Sendable () -> Void = {},
    log: @escaping @Sendable (_ bytes: [UInt8]) -> Void = { _ in }
  ) async -> ExecutorOutcome {
    ExecutorOutcome(end: .unrunnable, message: "Not written yet.")
  }

  /// Ends every run at once (SIGKILL) and the keeper; returns when no process is left.
  public func close() async {}
}
