import Foundation
import MusterCore
import PostgreSQL
import TaskModel
import Testing

@testable import TaskStore

/// A store, the clock that it lives by, what it signalled, and short words for what a coordinator does with it.
final class World: Sendable {
  let time: ManualTime
  let store: any TaskStore
  private let log = SignalLog()

  init(_ store: any TaskStore, time: ManualTime) {
    self.store = store
    self.time = time
    store.setSignalHandler { [log] in log.append($0) }
  }

  convenience init(folder: String?, time: ManualTime = ManualTime()) throws {
    self.init(try EmbeddedStore(folder: folder, time: time, logger: .silent), time: time)
  }

  /// Over PostgreSQL, by this clock instead of the database's; sessions never end, for these tests have none.
  convenience init(schema: String, in url: String, time: ManualTime = ManualTime()) async throws {
    var options = PostgresStore.Options(schema: schema, heartbeat: .seconds(1_000_000), pace: .zero)
    options.clock = TestClock { time.timestamp() }
    let store = try await PostgresStore.open(PostgresTarget(url), options: options, time: time, logger: .silent)
    self.init(store, time: time)
  }

  // MARK: Submitting

  func task(
    _ id: String, kind: String = "plain", input: String = "", _ change: (inout NewTask) -> Void = { _ in }
  ) -> NewTask {
    var task = NewTask(
      id: TaskID(trusted: id), kind: kind, input: .bytes(Data(input.utf8)), identity: Data())
    change(&task)
    if task.identity.isEmpty {
      let bytes = (try? task.input.load()) ?? Data()
      task.identity = NewTask.identity(
        kind: task.kind, input: bytes, needs: task.needs, dependsOn: task.dependsOn)
    }
    return task
  }

  @discardableResult
  func submit(
    _ id: String, kind: String = "plain", input: String = "", after: [String] = [],
    _ change: (inout NewTask) -> Void = { _ in }
  ) async throws -> SubmitOutcome {
    let task = task(id, kind: kind, input: input) {
      $0.dependsOn = after.map { TaskID(trusted: $0) }
      change(&$0)
    }
    return try #require(try await store.submit([task]).first)
  }

  // MARK: What workers do

  func enroll(
    _ name: String = "w", slots: UInt16 = 4, kinds: Set<String> = ["plain", "judged"],
    _ change: (inout RosterWorker) -> Void = { _ in }
  ) async throws {
    var worker = RosterWorker(name: name, kinds: kinds, capacity: Needs(slots: slots, memory: 1 << 30, gpus: 1))
    change(&worker)
    try await store.enroll(worker)
  }

  @discardableResult
  func claim(_ worker: String = "w", limit: Int = 100) async throws -> [ClaimedTask] {
    try await store.exchange(Exchange(worker: worker, claimLimit: limit)).claimed
  }

  /// Claims one task and says that it runs.
  func run(_ worker: String = "w") async throws -> ClaimedTask {
    let claimed = try #require(try await claim(worker, limit: 1).first)
    try await start(claimed.token, by: worker)
    return claimed
  }

  func start(_ token: Token, by worker: String = "w") async throws {
    _ = try await store.exchange(Exchange(worker: worker, started: [token]))
  }

  @discardableResult
  func end(
    _ token: Token, _ end: EndReport.End = .done, result: String = "", error: String = "", by worker: String = "w",
    verified: Bool = false
  ) async throws -> EndOutcome {
    let report = EndReport(
      token: token, end: end, result: .bytes(Data(result.utf8)), error: error, verified: verified)
    return try #require(try await store.exchange(Exchange(worker: worker, ends: [report])).ends.first)
  }

  @discardableResult
  func judge(_ token: Token, valid: Bool, reason: String = "") async throws -> EndOutcome {
    try #require(try await store.judge([Judgement(token: token, valid: valid, reason: reason)]).first)
  }

  // MARK: What people do

  func cancel(_ id: String, reason: String = "not wanted") async throws -> ChangeOutcome {
    try #require(try await store.cancel([TaskID(trusted: id)], reason: reason).first)
  }

  func retry(_ id: String) async throws -> ChangeOutcome {
    try #require(try await store.retry([TaskID(trusted: id)]).first)
  }

  /// Moves the clock and lets what is due take effect.
  func pass(_ duration: Duration) async throws {
    time.advance(by: duration)
    try await store.tick()
  }

  // MARK: Looking

  func record(_ id: String) async throws -> TaskRecord { try await details(id).task }

  func details(_ id: String) async throws -> (task: TaskRecord, dependsOn: [TaskID], attempts: [AttemptRecord]) {
    try #require(try await store.record(TaskID(trusted: id)))
  }

  func state(_ id: String) async throws -> TaskState { try await record(id).state }

  func attempts(_ id: String) async throws -> [AttemptRecord] { try await details(id).attempts }

  func why(_ id: String) async throws -> [WaitingReason] { try await store.why(TaskID(trusted: id)) }

  func resultText(_ id: String) async throws -> String? {
    try await store.result(of: TaskID(trusted: id)).map { String(decoding: try $0.load(), as: UTF8.self) }
  }

  /// Everything signalled since the last call. Callers are answered before the signal goes out, so this waits for one more
  /// command to go through the store first.
  func signals() async throws -> [StoreSignal] {
    _ = try await store.holders()
    if let store = store as? PostgresStore {
      await store.desk.settle()
      await store.intake.settle()
    }
    return log.taken()
  }

  func endedSignals() async throws -> [EndedTask] { try await signals().flatMap(\.ended) }
  func stopSignals() async throws -> [StoppedAttempt] { try await signals().flatMap(\.stops) }
}
