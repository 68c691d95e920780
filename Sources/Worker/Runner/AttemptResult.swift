import Foundation

/// How an attempt ended.
public struct AttemptResult: Sendable, Hashable {
  /// What became of the attempt; ``error`` says why, except for `done`.
  public enum Outcome: Sendable, Hashable, CaseIterable {
    case done
    /// The executor failed; may be tried again.
    case failed
    /// The executor asked to be run again later (exit 75).
    case retry
    case timeout
    case memory
    /// Never started, or given up by a worker that leaves: uses up no attempt.
    case returned
    case cancelled
    /// The worker could not run it: no such program, no disk.
    case unrunnable
  }

  public var outcome: Outcome
  public var result: Data
  /// One sentence, empty for `done`.
  public var error: String
  public var exitCode: Int32
  public var runTime: Duration
  /// Bytes; 0 if unknown.
  public var peakMemory: UInt64

  public init(
    outcome: Outcome, result: Data = Data(), error: String = "", exitCode: Int32 = 0, runTime: Duration = .zero,
    peakMemory: UInt64 = 0
  ) {
    self.outcome = outcome
    self.result = result
    self.error = error
    self.exitCode = exitCode
    self.runTime = runTime
    self.peakMemory = peakMemory
  }
}
