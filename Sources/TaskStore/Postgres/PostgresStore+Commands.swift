import Foundation
import MusterCore
import PostgreSQL
import TaskModel

extension PostgresStore {
  public func define(_ kinds: [KindDefinition], keep: Duration) async throws {
    remember(kinds, keep: keep)
    try await perform { desk, _ in desk.define(kinds) }
  }

  public func submit(_ tasks: [NewTask]) async throws -> [SubmitOutcome] {
    if tasks.isEmpty { return [] }
    return try await telling { try await self.intake.send(IntakeDesk.Item(tasks: tasks)) }
  }

  public func cancel(_ ids: [TaskID], reason: String) async throws -> [ChangeOutcome] {
    try await inParts(ids) { part in
      try await self.perform { desk, db in try part.map { try desk.cancel($0, reason: reason, db) } }
    }
  }

  public func retry(_ ids: [TaskID]) async throws -> [ChangeOutcome] {
    try await inParts(ids) { part in
      try await self.perform { desk, db in try part.map { try desk.retry($0, db) } }
    }
  }

  /// A transaction over thousands of tasks, several statements each, would hold up every hand-out meanwhile.
  private func inParts(
    _ ids: [TaskID], _ body: ([TaskID]) async throws -> [ChangeOutcome]
  ) async throws -> [ChangeOutcome] {
    var outcomes: [ChangeOutcome] = []
    for start in stride(from: 0, to: ids.count, by: 200) {
      outcomes += try await body(Array(ids[start..<min(start + 200, ids.count)]))
    }
    return outcomes
  }

  // MARK: Workers

  public func enroll(_ worker: RosterWorker) async throws {
    try await perform { desk, db in try desk.enroll(worker, db) }
  }

  public func setAccepting(_ accepting: Bool, worker: String) async throws {
    try await perform { desk, db in try desk.setAccepting(accepting, worker: worker, db) }
  }

  public func setAside(worker: String, kind: String, rule: SetAsideRule?) async throws {
    try await perform { desk, _ in desk.state.book.setAside(worker: worker, kind: kind, rule: rule) }
  }

  public func recallable(after patience: Duration) async throws -> [StoppedAttempt] {
    try await perform { desk, _ in
      desk.state.book.recallable(after: patience, at: desk.time.moment()).map {
        StoppedAttempt(worker: $0.worker, token: $0.token)
      }
    }
  }

  public func dismiss(worker: String, reason: String) async throws {
    try await perform { desk, db in try desk.dismiss(worker: worker, reason: reason, db) }
  }

  public func exchange(_ exchange: Exchange) async throws -> ExchangeOutcome {
    try await telling { try await self.desk.send(exchange) }
  }

  public func usable(_ tokens: [Token]) async throws -> Set<Token> {
    try await perform { desk, db in try desk.usable(tokens, db) }
  }

  // MARK: Verification

  public func unverified() async throws -> [UnverifiedResult] {
    try await perform { desk, db in try desk.takeUnverified(db) }
  }

  public func judge(_ judgements: [Judgement]) async throws -> [EndOutcome] {
    try await perform { desk, db in try judgements.map { try desk.judge($0, db) } }
  }

  // MARK: Time

  public func tick() async throws {
    do {
      guard let found = try await duty.round() else { return }
      try await carryOut(found)
    } catch {
      throw StoreError.from(postgres: error, summary: summary)
    }
  }

  private func carryOut(_ found: Duty.Findings) async throws {
    if !found.released.isEmpty { try await perform { desk, db in try desk.release(found.released, db) } }
    for task in found.pastDeadline { try await perform { desk, db in try desk.endByDeadline(task, db) } }
    for task in found.pastLease { try await perform { desk, db in try desk.endByLease(task, db) } }
    for worker in found.silentWorkers {
      if try await perform({ desk, db in try desk.endSession(of: worker, db) }) {
        logger.warning(
          "a worker was silent for 3 heartbeats; what it held goes back to the queue", metadata: ["worker": "\(worker)"]
        )
      }
    }
    for worker in found.silentProvers {
      try await dismiss(worker: worker, reason: "its prover was silent for long")
    }
    if !found.errands.isEmpty { try await run(found.errands) }
    if found.orphans {
      let orphans = try await unverified()
      signals.give(StoreSignal(unverified: orphans))
    }
    if found.othersQueued { signals.give(StoreSignal(ready: try await queuedByKind()), tellsOthers: false) }
    if found.isOuterDue { try await pollOuter() }
  }

  public func expire(limit: Int) async throws -> Int {
    let (kept, keep) = keeping
    do {
      return try await duty.expire(limit: limit, kept: kept, keep: keep, outer: outer)
    } catch {
      throw StoreError.from(postgres: error, summary: summary)
    }
  }

  // MARK: Other

  public func appendLogs(_ pieces: [LogPiece]) async throws {
    if pieces.isEmpty { return }
    try await performAtIntake { intake, db in try intake.append(pieces, db) }
  }

  public func statistics() -> StoreStatistics {
    var sum = desk.statistics
    let intake = intake.statistics
    sum.commits += intake.commits
    sum.commands += intake.commands
    sum.commitNanoseconds += intake.commitNanoseconds
    sum.slowestCommitNanoseconds = max(sum.slowestCommitNanoseconds, intake.slowestCommitNanoseconds)
    sum.submitted += intake.submitted
    sum.failed += intake.failed
    sum.commitFailures += intake.commitFailures
    return sum
  }

  public func keep(_ payload: Data) async throws -> Payload { .bytes(payload) }

  public func discard(_ payloads: [Payload]) {}

  /// Turns the database's errors into the store's.
  private func telling<R>(_ body: () async throws -> R) async throws -> R {
    do {
      return try await body()
    } catch {
      throw StoreError.from(postgres: error, summary: summary)
    }
  }
}
