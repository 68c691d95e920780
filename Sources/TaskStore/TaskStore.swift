import Foundation
import MusterCore
import TaskModel

/// Keeps tasks, hands them out, takes their results: each call is one durable step.
///
/// What a call returns is on disk. A call that throws has done nothing, except when it says `unavailable` after a commit
/// whose outcome is unknown: then the store has been read anew, and asking again gives the first answer.
/// One behavioural test suite runs over every store.
public protocol TaskStore: Sendable {
  /// Drawn at random when the store was made, and kept with its tasks: a copy of the tasks (a backup, a migration) has the
  /// same one. So two coordinators with one id know the same attempts, and what a worker has from one store is not brought to
  /// another.
  var id: String { get }

  /// In one sentence, without secrets: for `coordinator status`.
  var summary: String { get }

  /// Set while the store cannot be reached, in one sentence without secrets: for `coordinator status`.
  var outage: String? { get }

  /// What it does for several coordinators; nil for a store that has one.
  var sharing: (any SharedStore)? { get }

  /// What it does for people over another program's table; nil for a store with tables of its own only.
  var outerRows: (any OuterRows)? { get }

  /// Called after every commit that brought something about; not concurrently with itself. Set before anything else.
  func setSignalHandler(_ handler: @escaping @Sendable (StoreSignal) -> Void)

  /// How kinds are treated from now on; those that are not named have no verifier.
  ///
  /// - Parameter keep: how long final tasks stay whose kind is not named.
  func define(_ kinds: [KindDefinition], keep: Duration) async throws

  /// One outcome a task, in order. A task may depend on an earlier one of the same call.
  func submit(_ tasks: [NewTask]) async throws -> [SubmitOutcome]
  func cancel(_ ids: [TaskID], reason: String) async throws -> [ChangeOutcome]
  func retry(_ ids: [TaskID]) async throws -> [ChangeOutcome]

  /// Adds a worker, or changes what is known of it.
  func enroll(_ worker: RosterWorker) async throws
  func setAccepting(_ accepting: Bool, worker: String) async throws
  func setAside(worker: String, kind: String, rule: SetAsideRule?) async throws
  /// The tokens of all attempts that the worker holds.
  func held(by worker: String) async throws -> [Token]
  /// Those that have not started, oldest first.
  func unstarted(of worker: String) async throws -> [(token: Token, since: Moment)]
  /// Prefetched attempts that another worker could start now and that have not started for `patience`.
  func recallable(after patience: Duration) async throws -> [StoppedAttempt]
  /// Ends what the worker holds as lost, and forgets the worker.
  func dismiss(worker: String, reason: String) async throws
  /// Workers that hold attempts.
  func holders() async throws -> [String]

  /// Takes what a worker brings and hands it what it can hold.
  func exchange(_ exchange: Exchange) async throws -> ExchangeOutcome
  /// Those of the tokens whose result could still be taken: current, or lost with a verifier that may let it pass.
  func usable(_ tokens: [Token]) async throws -> Set<Token>
  /// The current attempt of a task if `worker` holds it, or a lost one that it held.
  func attempt(of id: TaskID, by worker: String) async throws -> Token?

  /// Results that wait for the verifier, oldest first.
  func unverified() async throws -> [UnverifiedResult]
  func judge(_ judgements: [Judgement]) async throws -> [EndOutcome]
  /// The input of a token's task, and the result that came with it if that waits for the verifier; else an empty one.
  func payloads(of token: Token) async throws -> (input: Payload, result: Payload)?
  /// What stands beside the input in another program's table that the task came from; nil for tasks without it.
  func output(of token: Token) async throws -> Data?

  /// Lets backoffs and deadlines that are due take effect.
  func tick() async throws
  /// Deletes final tasks that were kept long enough, at most `limit`. Returns how many.
  func expire(limit: Int) async throws -> Int

  func appendLogs(_ pieces: [LogPiece]) async throws
  func logs(of id: TaskID, attempt: Int?, after position: Int64) async throws -> [StoredLogPiece]

  func record(_ id: TaskID) async throws -> (task: TaskRecord, dependsOn: [TaskID], attempts: [AttemptRecord])?
  func list(_ filter: TaskFilter) async throws -> [TaskRecord]
  /// The end of each task that is final; nil for one that is not; ids that no task has are left out.
  func ends(of ids: [TaskID]) async throws -> [TaskID: EndedTask?]
  func input(of id: TaskID) async throws -> Payload?
  /// Nil if the task is not done.
  func result(of id: TaskID) async throws -> Payload?
  func why(_ id: TaskID) async throws -> [WaitingReason]
  /// The ids of tasks by their sequence numbers, for ``WaitingReason/waitsFor(tasks:)``.
  func ids(of tasks: [Int64]) async throws -> [Int64: TaskID]
  /// Those of these tasks, by their sequence numbers, that are in a worker's hands.
  func held(_ tasks: [Int64]) async throws -> [HeldTask]
  /// All tasks, by kind and state. One that comes to its end during the call may be missing.
  func counts() async throws -> [(kind: String, state: TaskState, count: Int)]
  /// The namespaces of tasks (``ReservedLabel/namespace``): empty for one that has none; ids that no task has are left out.
  func namespaces(of ids: [TaskID]) async throws -> [TaskID: String]
  func backlog(of namespace: String) async throws -> Backlog
  /// As ``counts()``, of the tasks of one namespace.
  func counts(of namespace: String) async throws -> [(kind: String, state: TaskState, count: Int)]
  func workers() async throws -> [RosterWorker]
  /// How long the tasks of a kind ran that were done last, in nanoseconds, latest first; of those among its latest 1,000 ends, so
  /// that it costs the same however many have ended, of this kind or of others.
  func latestRunTimes(ofKind kind: String, limit: Int) async throws -> [UInt64]
  /// How many tasks of each kind are queued.
  func queuedByKind() async throws -> [String: Int]
  /// How long the last commits took, for `/metrics`.
  func statistics() -> StoreStatistics

  /// Writes a payload that is over the inline bound to where it stays; others are returned as they are.
  func keep(_ payload: Data) async throws -> Payload

  /// Has no use for payloads from ``keep(_:)`` whose submission failed. Those that a task has stay.
  ///
  /// On a full disk they would take the room that the next submission needs.
  func discard(_ payloads: [Payload])

  func close() async
}

extension TaskStore {
  public var outage: String? { nil }
  public var sharing: (any SharedStore)? { nil }
  public var outerRows: (any OuterRows)? { nil }
  public func output(of token: Token) async throws -> Data? { nil }

  /// The same, with final tasks of other kinds kept for 7 days.
  public func define(_ kinds: [KindDefinition]) async throws { try await define(kinds, keep: .seconds(7 * 86_400)) }
}

/// Sums since the start; none of them goes back.
public struct StoreStatistics: Sendable, Hashable {
  public var commits: UInt64 = 0
  public var commands: UInt64 = 0
  public var commitNanoseconds: UInt64 = 0
  public var slowestCommitNanoseconds: UInt64 = 0
  public var submitted: UInt64 = 0
  public var claimed: UInt64 = 0
  public var done: UInt64 = 0
  public var failed: UInt64 = 0
  public var cancelled: UInt64 = 0
  public var attemptsFailed: UInt64 = 0
  public var attemptsLost: UInt64 = 0
  public var lateCommitted: UInt64 = 0
  public var discarded: UInt64 = 0
  public var invalid: UInt64 = 0
  public var commitFailures: UInt64 = 0

  public init() {}
}
