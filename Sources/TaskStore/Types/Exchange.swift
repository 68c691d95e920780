import Foundation
import MusterCore
import TaskModel

/// All that one worker brings at a time, and how much it would take: one transaction.
public struct Exchange: Sendable {
  public var worker: String
  public var started: [Token]
  public var ends: [EndReport]
  /// The most tasks to hand out; 0 for none.
  public var claimLimit: Int

  public init(worker: String, started: [Token] = [], ends: [EndReport] = [], claimLimit: Int = 0) {
    self.worker = worker
    self.started = started
    self.ends = ends
    self.claimLimit = claimLimit
  }
}

public struct ExchangeOutcome: Sendable {
  /// One for each report, in order.
  public var ends: [EndOutcome] = []
  public var claimed: [ClaimedTask] = []
  /// The hand-out stopped at a bound, not for want of tasks or room: ask again at once.
  public var mayHaveMore = false
  /// The worker has a free slot left: wake it when more is queued.
  public var hasRoom = false
}

/// A task handed to a worker; on disk as such.
public struct ClaimedTask: Sendable {
  public let token: Token
  public let id: TaskID
  public let kind: String
  public let needs: Needs
  public let input: Payload
  /// Beyond what the worker has room for now.
  public let prefetched: Bool
}

/// How an attempt ended, as its worker (or the coordinator, for a worker that is gone) says.
public struct EndReport: Sendable {
  public enum End: String, Sendable, Hashable {
    case done, failed, retry, timeout, memory, returned, cancelled, unrunnable, lost, expired
  }

  public var token: Token
  public var end: End
  public var result: Payload
  /// One sentence, for every end but `done`.
  public var error: String
  public var exitCode: Int32
  public var runNanoseconds: UInt64
  public var peakMemory: UInt64
  /// The caller has verified the result already.
  public var verified: Bool
  /// What the verifier printed, for a store whose table has a place for it.
  public var publicInput: Data?

  public init(
    token: Token, end: End, result: Payload = .bytes(Data()), error: String = "", exitCode: Int32 = 0,
    runNanoseconds: UInt64 = 0, peakMemory: UInt64 = 0, verified: Bool = false
  ) {
    self.token = token
    self.end = end
    self.result = result
    self.error = error
    self.exitCode = exitCode
    self.runNanoseconds = runNanoseconds
    self.peakMemory = peakMemory
    self.verified = verified
  }
}

/// What a report did.
public struct EndOutcome: Sendable, Hashable {
  public enum Verdict: Sendable, Hashable {
    /// The task is final by this report.
    case committed
    /// The same, by a result whose attempt had been lost.
    case committedLate
    /// On disk; to be verified.
    case verifying
    /// The task was final before; counted.
    case discarded
    /// The token is not current, and the result cannot be taken as a late one.
    case stale
    /// The attempt ended; the task will be tried again.
    case requeued
  }

  public let token: Token
  public let verdict: Verdict
  /// Empty if no task has this token.
  public let kind: String
}
