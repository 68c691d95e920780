import Foundation
import MusterCore
import Synchronization
import TaskModel
import TaskStore

/// A store that fails or holds calls back when a test says so; with a side, one of several coordinators' over one store.
final class GatedStore: TaskStore {
  private struct State {
    var failing = false
    var outage: String?
    var beforeExchange: (@Sendable (Exchange) async -> Void)?
    var beforeHeld: (@Sendable () async -> Void)?
    var judged: [Judgement] = []
    var expired: [Int] = []
  }
  private let state = Mutex(State())
  let inner: EmbeddedStore
  let side: StandInSharedStore.Side?

  init(_ inner: EmbeddedStore, side: StandInSharedStore.Side? = nil) {
    self.inner = inner
    self.side = side
  }

  /// From now on every call fails, as on a full disk; or none.
  func fail(_ failing: Bool) {
    state.withLock { $0.failing = failing }
    side?.fail(failing)
  }

  /// What the store says of its outage.
  func say(outage: String?) { state.withLock { $0.outage = outage } }

  var outage: String? { state.withLock { $0.outage } }
  var sharing: (any SharedStore)? { side }

  /// All that was judged so far.
  var judged: [Judgement] { state.withLock { $0.judged } }
  /// How many tasks each call of ``expire(limit:)`` has deleted.
  var expired: [Int] { state.withLock { $0.expired } }

  /// Runs before every exchange; the exchange waits for it.
  func beforeExchange(_ body: (@Sendable (Exchange) async -> Void)?) { state.withLock { $0.beforeExchange = body } }

  /// Runs once, before it is next said what a worker holds.
  func beforeHeld(_ body: @escaping @Sendable () async -> Void) { state.withLock { $0.beforeHeld = body } }

  private func real() async throws -> EmbeddedStore {
    // A closed store is the only one that a test can make fail from outside; its error is as good as another.
    guard state.withLock({ $0.failing }) else { return inner }
    let broken = try EmbeddedStore(folder: nil, logger: LogRecord().logger)
    await broken.close()
    return broken
  }

  var id: String { inner.id }
  var summary: String { inner.summary }
  func setSignalHandler(_ handler: @escaping @Sendable (StoreSignal) -> Void) {
    if let side { side.setHandler(handler) } else { inner.setSignalHandler(handler) }
  }
  func define(_ kinds: [KindDefinition], keep: Duration) async throws { try await real().define(kinds, keep: keep) }
  func submit(_ tasks: [NewTask]) async throws -> [SubmitOutcome] { try await real().submit(tasks) }
  func cancel(_ ids: [TaskID], reason: String) async throws -> [ChangeOutcome] {
    try await real().cancel(ids, reason: reason)
  }
  func retry(_ ids: [TaskID]) async throws -> [ChangeOutcome] { try await real().retry(ids) }
  func enroll(_ worker: RosterWorker) async throws {
    try await real().enroll(worker)
    side?.enrolled(worker)
  }
  func setAccepting(_ accepting: Bool, worker: String) async throws {
    try await real().setAccepting(accepting, worker: worker)
    side?.accepting(accepting, worker: worker)
  }
  func setAside(worker: String, kind: String, rule: SetAsideRule?) async throws {
    try await real().setAside(worker: worker, kind: kind, rule: rule)
  }
  func held(by worker: String) async throws -> [Token] {
    let before = state.withLock { state in
      defer { state.beforeHeld = nil }
      return state.beforeHeld
    }
    await before?()
    return try await real().held(by: worker)
  }
  func unstarted(of worker: String) async throws -> [(token: Token, since: Moment)] {
    try await real().unstarted(of: worker)
  }
  func recallable(after patience: Duration) async throws -> [StoppedAttempt] {
    try await real().recallable(after: patience)
  }
  func dismiss(worker: String, reason: String) async throws {
    try await real().dismiss(worker: worker, reason: reason)
    side?.dismissed(worker)
  }
  func holders() async throws -> [String] { try await real().holders() }
  func exchange(_ exchange: Exchange) async throws -> ExchangeOutcome {
    await state.withLock { $0.beforeExchange }?(exchange)
    let store = try await real()
    guard let side else { return try await store.exchange(exchange) }
    return try await side.exchange(exchange, in: store)
  }
  func usable(_ tokens: [Token]) async throws -> Set<Token> { try await real().usable(tokens) }
  func attempt(of id: TaskID, by worker: String) async throws -> Token? { try await real().attempt(of: id, by: worker) }
  func unverified() async throws -> [UnverifiedResult] { try await real().unverified() }
  func judge(_ judgements: [Judgement]) async throws -> [EndOutcome] {
    state.withLock { $0.judged += judgements }
    return try await real().judge(judgements)
  }
  func payloads(of token: Token) async throws -> (input: Payload, result: Payload)? {
    try await real().payloads(of: token)
  }
  func tick() async throws {
    let store = try await real()
    try await store.tick()
    try await side?.tick(store)
  }
  func expire(limit: Int) async throws -> Int {
    let count = try await real().expire(limit: limit)
    state.withLock { $0.expired.append(count) }
    return count
  }
  func appendLogs(_ pieces: [LogPiece]) async throws { try await real().appendLogs(pieces) }
  func logs(of id: TaskID, attempt: Int?, after position: Int64) async throws -> [StoredLogPiece] {
    try await real().logs(of: id, attempt: attempt, after: position)
  }
  func record(_ id: TaskID) async throws -> (task: TaskRecord, dependsOn: [TaskID], attempts: [AttemptRecord])? {
    try await real().record(id)
  }
  func list(_ filter: TaskFilter) async throws -> [TaskRecord] { try await real().list(filter) }
  func ends(of ids: [TaskID]) async throws -> [TaskID: EndedTask?] { try await real().ends(of: ids) }
  func input(of id: TaskID) async throws -> Payload? { try await real().input(of: id) }
  func result(of id: TaskID) async throws -> Payload? { try await real().result(of: id) }
  func why(_ id: TaskID) async throws -> [WaitingReason] { try await real().why(id) }
  func ids(of tasks: [Int64]) async throws -> [Int64: TaskID] { try await real().ids(of: tasks) }
  func namespaces(of ids: [TaskID]) async throws -> [TaskID: String] { try await real().namespaces(of: ids) }
  func backlog(of namespace: String) async throws -> Backlog { try await real().backlog(of: namespace) }
  func counts(of namespace: String) async throws -> [(kind: String, state: TaskState, count: Int)] {
    try await real().counts(of: namespace)
  }
  func counts() async throws -> [(kind: String, state: TaskState, count: Int)] { try await real().counts() }
  func workers() async throws -> [RosterWorker] { try await real().workers() }
  func latestRunTimes(ofKind kind: String, limit: Int) async throws -> [UInt64] {
    try await real().latestRunTimes(ofKind: kind, limit: limit)
  }
  func held(_ tasks: [Int64]) async throws -> [HeldTask] { try await real().held(tasks) }
  func queuedByKind() async throws -> [String: Int] { try await real().queuedByKind() }
  func statistics() -> StoreStatistics { inner.statistics() }
  func keep(_ payload: Data) async throws -> Payload { try await real().keep(payload) }
  func discard(_ payloads: [Payload]) { inner.discard(payloads) }
  func close() async { await inner.close() }
}
