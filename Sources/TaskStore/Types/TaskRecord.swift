import Foundation
import MusterCore
import TaskModel

/// A task as the store holds it, without its payloads.
public struct TaskRecord: Sendable, Hashable {
  public var id: TaskID
  public var kind: String
  public var state: TaskState
  public var priority: Int16
  public var needs: Needs
  public var labels: [String: String]
  public var failures: Int
  public var handouts: Int
  public var maxAttempts: Int
  /// Who has, or last had, an attempt. Empty: nobody yet.
  public var worker: String
  public var submitted: Timestamp
  public var started: Timestamp?
  public var finished: Timestamp?
  public var deadline: Timestamp?
  public var notBefore: Timestamp?
  public var error: String
  public var inputSize: Int
  public var resultSize: Int
  public var late: Bool
  public var runNanoseconds: UInt64
}

/// One attempt that ended otherwise than by a committed result.
public struct AttemptRecord: Sendable, Hashable {
  public var number: Int
  public var worker: String
  /// `failed`, `lost`, `invalid`, `timeout`, …
  public var outcome: String
  public var error: String
  public var started: Timestamp?
  public var ended: Timestamp
}

/// Which tasks to list.
public struct TaskFilter: Sendable {
  public var states: [TaskState]
  public var kind: String?
  public var labels: [String: String]
  public var limit: Int
  public var oldestFirst: Bool

  public init(
    states: [TaskState] = [], kind: String? = nil, labels: [String: String] = [:], limit: Int = 100,
    oldestFirst: Bool = false
  ) {
    self.states = states
    self.kind = kind
    self.labels = labels
    self.limit = limit
    self.oldestFirst = oldestFirst
  }
}

/// What a cancel or a retry did to one task.
public enum ChangeOutcome: Sendable, Hashable {
  case changed(TaskState)
  /// It is in this state already, or came into it first.
  case unchanged(TaskState)
  /// A retry of a task whose dependency has failed: retry that one.
  case blocked(by: TaskID)
  case unknown
}

/// A piece of an attempt's log.
public struct LogPiece: Sendable, Hashable {
  public var token: Token
  public var text: Data
  /// Bytes left out before `text`.
  public var dropped: UInt64

  public init(token: Token, text: Data, dropped: UInt64 = 0) {
    self.token = token
    self.text = text
    self.dropped = dropped
  }
}

/// A stored piece of a log, with where to go on reading.
public struct StoredLogPiece: Sendable, Hashable {
  public var attempt: Int
  public var text: Data
  public var dropped: UInt64
  /// Give this to read what came later.
  public var position: Int64
}
