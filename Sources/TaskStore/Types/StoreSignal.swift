import Foundation
import MusterCore
import TaskModel

/// What one commit brought about that somebody may be waiting for. Given after it is on disk, in the order of commits.
public struct StoreSignal: Sendable {
  /// How many tasks of each kind were queued by this commit; some of them may have been handed out in it too.
  public var ready: [String: Int] = [:]
  public var ended: [EndedTask] = []
  /// Attempts that are void: cancelled, past their deadline, or overtaken by a late result.
  public var stops: [StoppedAttempt] = []
  /// Results that wait for the verifier since this commit.
  public var unverified: [UnverifiedResult] = []
  /// What other coordinators, or people through them, ask for workers of this one.
  public var errands: [(worker: String, errand: WorkerErrand)] = []
  /// Workers whose sessions ended by the store's clock, or went to another coordinator.
  public var gone: [String] = []

  var isEmpty: Bool {
    ready.isEmpty && ended.isEmpty && stops.isEmpty && unverified.isEmpty && errands.isEmpty && gone.isEmpty
  }
}

public struct StoppedAttempt: Sendable, Hashable {
  public let worker: String
  public let token: Token
}

/// A task that came to its end.
public struct EndedTask: Sendable, Hashable {
  public let id: TaskID
  public let kind: String
  public let state: TaskState
  /// The result if it is done and small (up to 64 KiB); nil: read it from the store.
  public let result: Data?
  public let resultSize: Int
  public let error: String
  public let attempts: UInt32
  public let worker: String
  public let late: Bool
  public let runNanoseconds: UInt64

  /// The same without the result; its size stays, so that a reader knows to fetch it.
  public var withoutResult: EndedTask {
    EndedTask(
      id: id, kind: kind, state: state, result: nil, resultSize: resultSize, error: error, attempts: attempts,
      worker: worker, late: late, runNanoseconds: runNanoseconds)
  }

  /// The largest result that comes along.
  public static let largestInlineResult = 64 * 1024
}

/// A stored result that the verifier has not judged.
public struct UnverifiedResult: Sendable, Hashable {
  public let token: Token
  public let id: TaskID
  public let kind: String
  public let worker: String
  /// Its attempt had been lost when it came.
  public let late: Bool
}

/// What the verifier says of a stored result.
public struct Judgement: Sendable {
  public var token: Token
  public var valid: Bool
  /// What it printed, for an invalid one.
  public var reason: String
  /// What it printed for a valid one, for a store whose table has a place for it.
  public var publicInput: Data?

  public init(token: Token, valid: Bool, reason: String = "") {
    self.token = token
    self.valid = valid
    self.reason = reason
  }
}
