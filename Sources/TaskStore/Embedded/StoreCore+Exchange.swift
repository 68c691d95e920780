import Foundation
import GRDB
import MusterCore
import TaskModel

extension StoreCore {
  func exchange(_ exchange: Exchange, _ db: Database) throws -> ExchangeOutcome {
    var outcome = ExchangeOutcome()
    for token in exchange.started { try start(token) }
    if !exchange.ends.isEmpty {
      outcome.ends.reserveCapacity(exchange.ends.count)
      for report in exchange.ends { outcome.ends.append(try end(report, worker: exchange.worker, db)) }
    }
    if exchange.claimLimit > 0 {
      outcome.claimed = try claim(for: exchange.worker, limit: exchange.claimLimit, db)
      outcome.hasRoom = (book.workers[exchange.worker]?.freeSlots ?? 0) > 0
    }
    return outcome
  }

  private func start(_ token: Token) throws {
    changes.removeAll(keepingCapacity: true)
    guard case .moved = book.apply(.started(token), to: token.task, at: time.moment(), changes: &changes) else {
      return
    }
    try statements.start.run([token.task])
  }

  private func claim(for worker: String, limit: Int, _ db: Database) throws -> [ClaimedTask] {
    claims.removeAll(keepingCapacity: true)
    book.claim(for: worker, limit: limit, epoch: epoch, at: time.moment(), into: &claims)
    if claims.isEmpty { return [] }
    let wall = time.timestamp().milliseconds
    var claimed: [ClaimedTask] = []
    claimed.reserveCapacity(claims.count)
    for claim in claims {
      try statements.claim.run([
        claim.life.handouts, Int64(bitPattern: epoch), worker, wall, claim.task,
      ])
      statements.readClaimed.setUncheckedArguments([claim.task])
      guard let row = try Row.fetchOne(statements.readClaimed) else {
        throw StoreError(.corrupt, "a queued task (number \(claim.task)) is missing from the store")
      }
      let id: String = row[0]
      out[claim.task] = (id, claim.kind)
      claimed.append(
        ClaimedTask(
          token: claim.token, id: TaskID(trusted: id), kind: claim.kind, needs: claim.needs,
          input: payload(bytes: row[1], file: row[2], size: row[3]), prefetched: claim.prefetched))
    }
    statistics.claimed += UInt64(claimed.count)
    return claimed
  }

  func payload(bytes: Data?, file: String?, size: Int) -> Payload {
    if let file { return .file(path: payloadFiles?.path(of: file) ?? file, size: size) }
    return .bytes(bytes ?? Data())
  }

  // MARK: Ends

  private func end(_ report: EndReport, worker: String, _ db: Database) throws -> EndOutcome {
    let token = report.token
    guard let life = book.life(of: token.task), life.isCurrent(token), let kind = book.kind(of: token.task) else {
      return try endOfOldAttempt(report, worker: worker, db)
    }
    let now = time.moment()
    let holder = book.worker(of: token.task) ?? worker
    changes.removeAll(keepingCapacity: true)
    switch report.end {
    case .done:
      let verify = !report.verified && book.hasVerifier(kind: kind)
      book.apply(.succeeded(token, verify: verify), to: token.task, at: now, changes: &changes)
      book.recordRunTime(kind: kind, nanoseconds: report.runNanoseconds)
      try write(report.result, into: statements.insertResult, key: Int64(bitPattern: token.number))
      if verify {
        try note(unverified: token, kind: kind, worker: holder, late: false, db)
        try writeChanges(db, error: nil)
        return EndOutcome(token: token, verdict: .verifying, kind: kind)
      }
      try writeChanges(db, error: nil, done: Done(report: report, worker: holder, late: false))
      return EndOutcome(token: token, verdict: .committed, kind: kind)
    case .returned:
      book.apply(.attemptReturned(token), to: token.task, at: now, changes: &changes)
    case .lost, .expired, .cancelled:
      try note(attempt: token, worker: holder, outcome: report.end.rawValue, error: report.error, db)
      book.apply(.attemptLost(token), to: token.task, at: now, changes: &changes)
      statistics.attemptsLost += 1
    case .failed, .retry, .timeout, .memory, .unrunnable:
      try note(attempt: token, worker: holder, outcome: report.end.rawValue, error: report.error, db)
      // A program that asks to be run again later says nothing against its worker.
      book.apply(
        .attemptFailed(token), to: token.task, blaming: report.end == .retry ? nil : holder, at: now, changes: &changes)
      statistics.attemptsFailed += 1
    }
    let final = changes.first { $0.task == token.task }?.life.state.isFinal ?? false
    try writeChanges(db, error: report.error.isEmpty ? nil : report.error)
    return EndOutcome(token: token, verdict: final ? .committed : .requeued, kind: kind)
  }

  /// The report's token is not current: the answer that was lost on its way, a late result, or nothing of worth.
  private func endOfOldAttempt(_ report: EndReport, worker: String, _ db: Database) throws -> EndOutcome {
    let token = report.token
    let key = Int64(bitPattern: token.number)
    let row = try Row.fetchOne(
      db,
      sql:
        "SELECT t.state, t.epoch, t.handouts, k.name, t.result_key, t.late FROM task t JOIN kind k ON k.id = t.kind WHERE t.seq = ?",
      arguments: [token.task])
    guard let row, let state = TaskState(rawValue: row[0]) else {
      return EndOutcome(token: token, verdict: .stale, kind: "")
    }
    let kind: String = row[3]
    let isLast =
      UInt64(bitPattern: row[1] as Int64? ?? 0) == token.epoch && (row[2] as UInt32) == token.attempt
    if report.end == .done, isLast || (row[4] as Int64?) == key {
      if state == .verifying, isLast { return EndOutcome(token: token, verdict: .verifying, kind: kind) }
      if state == .done, (row[4] as Int64?) == key, try isStored(report.result, key: key, db) {
        return EndOutcome(token: token, verdict: row[5] ? .committedLate : .committed, kind: kind)
      }
    }
    if state.isFinal {
      // A failure told twice gets its first answer too: it is what made the task fail.
      if state == .failed, isLast, report.end != .done {
        return EndOutcome(token: token, verdict: .committed, kind: kind)
      }
      statistics.discarded += 1
      return EndOutcome(token: token, verdict: .discarded, kind: kind)
    }
    let history = try Row.fetchOne(
      db, sql: "SELECT epoch, outcome, worker FROM attempt WHERE key = ?", arguments: [key])
    guard let history, UInt64(bitPattern: history[0]) == token.epoch else {
      return EndOutcome(token: token, verdict: .stale, kind: kind)
    }
    let outcome: String = history[1]
    guard report.end == .done else {
      return EndOutcome(token: token, verdict: outcome == report.end.rawValue ? .requeued : .stale, kind: kind)
    }
    guard outcome == "lost" || outcome == "expired" || outcome == "cancelled",
      report.verified || book.hasVerifier(kind: kind)
    else { return EndOutcome(token: token, verdict: .stale, kind: kind) }
    try write(report.result, into: statements.insertResult, key: key)
    guard report.verified else {
      try note(unverified: token, kind: kind, worker: history[2], late: true, db)
      return EndOutcome(token: token, verdict: .verifying, kind: kind)
    }
    try commitLate(token, report: report, worker: history[2], db)
    return EndOutcome(token: token, verdict: .committedLate, kind: kind)
  }

  private func isStored(_ result: Payload, key: Int64, _ db: Database) throws -> Bool {
    let row = try Row.fetchOne(db, sql: "SELECT bytes, file FROM result WHERE key = ?", arguments: [key])
    guard let row else { return result.size == 0 }
    let stored = try payload(bytes: row[0], file: row[1], size: 0).load()
    return stored == (try result.load())
  }

  func commitLate(_ token: Token, report: EndReport, worker: String, _ db: Database) throws {
    changes.removeAll(keepingCapacity: true)
    book.apply(.lateResultJudgedValid(token), to: token.task, at: time.moment(), changes: &changes)
    statistics.lateCommitted += 1
    try writeChanges(db, error: nil, done: Done(report: report, worker: worker, late: true), stopping: true)
  }

  func note(attempt token: Token, worker: String, outcome: String, error: String, _ db: Database) throws {
    let key = Int64(bitPattern: token.number)
    try statements.insertAttempt.run([
      key, Int64(bitPattern: token.epoch), worker, outcome, error, key, time.timestamp().milliseconds,
    ])
  }

  private func note(unverified token: Token, kind: String, worker: String, late: Bool, _ db: Database) throws {
    try statements.insertVerification.run([
      Int64(bitPattern: token.number), Int64(bitPattern: token.epoch), worker, late,
    ])
    let id: String
    if let known = out[token.task] {
      id = known.id
    } else {
      id = try String.fetchOne(db, sql: "SELECT id FROM task WHERE seq = ?", arguments: [token.task]) ?? ""
    }
    signal.unverified.append(
      UnverifiedResult(token: token, id: TaskID(trusted: id), kind: kind, worker: worker, late: late))
  }
}
