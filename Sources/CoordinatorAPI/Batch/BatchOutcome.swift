#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// How one item of a batch ended.
public struct BatchOutcome: Sendable, Hashable {
  public enum State: String, Sendable, Hashable, CaseIterable {
    case done, failed, cancelled
    /// The coordinator did not take the task; it has no such task.
    case rejected

    /// Whether the task itself ended so. A rejected item is worth another try once its cause is gone.
    public var isFinal: Bool { self != .rejected }
  }

  public var line: UInt64
  public var id: String
  public var state: State
  /// All of it, however large. Empty unless done.
  public var result: Data
  /// One sentence unless done.
  public var error: String
  /// A stable name in snake_case, when rejected.
  public var problem: String
  public var attempts: UInt32
  public var worker: String

  public init(
    line: UInt64, id: String, state: State, result: Data = Data(), error: String = "", problem: String = "",
    attempts: UInt32 = 0, worker: String = ""
  ) {
    self.line = line
    self.id = id
    self.state = state
    self.result = result
    self.error = error
    self.problem = problem
    self.attempts = attempts
    self.worker = worker
  }
}

extension BatchOutcome.State {
  /// Nil for a state that is not final.
  public init?(_ state: Muster_V1_TaskState) {
    switch state {
    case .done: self = .done
    case .failed: self = .failed
    case .cancelled: self = .cancelled
    default: return nil
    }
  }
}
