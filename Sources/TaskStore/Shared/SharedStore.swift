import MusterCore
import TaskModel

/// What a store that several coordinators work over does for them beside ``TaskStore``.
///
/// Sessions are rows judged by the store's own clock, so that a worker may come to any coordinator. What one coordinator
/// is asked to do to a worker of another reaches that one as an errand, and comes out there as a ``StoreSignal``.
/// Ends of sessions, backoffs, deadlines, leases and retention are the duty of one coordinator at a time.
public protocol SharedStore: Sendable {
  /// Lets a worker's session in on this coordinator, by compare-and-swap on its generation.
  ///
  /// `replaced` and `resumed` mean what they mean in ``SessionLedger``. When this returns, no other coordinator will hand
  /// anything more to this worker.
  func openSession(_ greeting: SessionGreeting) async throws -> ConnectAnswer

  /// Renews the sessions of workers that were heard.
  ///
  /// - Parameter heard: how long ago each was heard last.
  /// - Returns: the names of those that are not this coordinator's any more: they went to another, or ended.
  func renewSessions(_ heard: [SessionRenewal]) async throws -> [String]

  /// The connection of a session broke (it goes on until its heartbeats run out), or the worker said goodbye.
  func leaveSession(_ renewal: SessionRenewal, goodbye: Bool) async throws

  /// All sessions on all coordinators, by name.
  func sessions() async throws -> [SharedSession]

  /// Coordinators that were heard of lately, this one first.
  func coordinators() async throws -> [SharedCoordinator]

  /// Asks the coordinator that has the worker to do something; this one, too, hears of it by its signal.
  ///
  /// - Returns: false if no coordinator has a worker of this name.
  func post(_ errand: WorkerErrand, to worker: String) async throws -> Bool

  /// Remembers for all coordinators that a worker is set aside for a kind; nil: that it is not any more.
  func remember(_ aside: SetAsideRecord?, worker: String, kind: String) async throws

  /// What is remembered of a worker, for a coordinator to which it comes; of all workers if none is named.
  func setAsideRecords(of worker: String?) async throws -> [SetAsideRecord]
}

/// How a worker's process greets, for a store that keeps sessions.
public struct SessionGreeting: Sendable, Hashable {
  public var name: String
  public var session: UInt64
  public var generation: UInt64
  public var kinds: [String]
  public var capacity: Needs
  public var build: String

  public init(
    name: String, session: UInt64, generation: UInt64, kinds: [String], capacity: Needs, build: String
  ) {
    self.name = name
    self.session = session
    self.generation = generation
    self.kinds = kinds
    self.capacity = capacity
    self.build = build
  }
}

/// One session of this coordinator that goes on.
public struct SessionRenewal: Sendable, Hashable {
  public var name: String
  public var session: UInt64
  public var generation: UInt64
  /// How long ago it was heard.
  public var silence: Duration

  public init(name: String, session: UInt64, generation: UInt64, silence: Duration) {
    self.name = name
    self.session = session
    self.generation = generation
    self.silence = silence
  }
}

/// A worker's session as the store has it.
public struct SharedSession: Sendable, Hashable {
  public var name: String
  /// The number of the coordinator to which it is or was connected last.
  public var coordinator: Int64
  /// Of its connection: a later one has a higher number.
  public var generation: UInt64
  /// Of that coordinator; empty if it is not known.
  public var address: String
  public var connected: Bool
  public var draining: Bool
  public var build: String
  public var since: Timestamp
  public var lastHeard: Timestamp
}

/// A coordinator over the same store.
public struct SharedCoordinator: Sendable, Hashable {
  public var number: Int64
  public var address: String
  public var build: String
  public var started: Timestamp
  public var lastHeard: Timestamp
  public var isThis: Bool
  /// It has the periodic duties.
  public var onDuty: Bool
}

/// What can be asked of the coordinator that has a worker.
public enum WorkerErrand: Sendable, Hashable {
  /// Tell it to finish and leave.
  case drain
  /// Take it back for every kind for which it is set aside.
  case resume
  /// Let it connect anew, to wherever its coordinator's address leads now.
  case release
}

/// Why and until when a worker is set aside for a kind.
public struct SetAsideRecord: Sendable, Hashable {
  public var worker: String
  public var kind: String
  public var rule: SetAsideRule
  /// One sentence that goes on from the worker's name.
  public var reason: String
  /// When its trial is due, or was.
  public var until: Timestamp

  public init(worker: String, kind: String, rule: SetAsideRule, reason: String, until: Timestamp) {
    self.worker = worker
    self.kind = kind
    self.rule = rule
    self.reason = reason
    self.until = until
  }
}
