import Foundation
import GRDB
import MusterCore
import TaskModel

extension StoreCore {
  func exchange(_ exchange: Exchange, _ db: Database) throws -> ExchangeOutcome {
    var outcome = ExchangeOutcome()
    // That an attempt has started need not be written down if it ends in the same transaction.
    let ending = exchange.started.isEmpty ? [] : Set(exchange.ends.lazy.map(\.token))
    for token in exchange.started where book.worker(of: token.task) == exchange.worker {
      try start(token, lasting: !ending.contains(token))
    }
    if !exchange.ends.isEmpty {
      outcome.ends.reserveCapacity(exchange.ends.count)
      for report in exchange.ends { outcome.ends.append(try end(report, worker: exchange.worker, db)) }
    }
    if exchange.claimLimit > 0 {
      var bytes = 0
      while outcome.claimed.count < exchange.claimLimit, bytes < Self.mostInlineInput {
        let step = try claim(
          for: exchange.worker, limit: min(exchange.claimLimit - outcome.claimed.count, 64), bytes: &bytes, db)
        if step.isEmpty { break }
        outcome.claimed += step
        outcome.mayHaveMore = bytes >= Self.mostInlineInput || outcome.claimed.count == exchange.claimLimit
      }
    }
    outcome.hasRoom = (book.workers[exchange.worker]?.freeSlots ?? 0) > 0
    return outcome
  }

  private func start(_ token: Token, lasting: Bool) throws {
    changes.removeAll(keepingCapacity: true)
    guard case .moved = book.apply(.started(token), to: token.task, at: time.moment(), changes: &changes) else {
      return
    }
    if lasting { try statements.start.run { $0.add(token.task) } }
  }

  /// Bytes of inputs in memory for one exchange, about: a worker that wants hundreds of large ones asks again.
  private static let mostInlineInput = 4 << 20

  private func claim(for worker: String, limit: Int, bytes: inout Int, _ db: Database) throws -> [ClaimedTask] {
    claims.removeAll(keepingCapacity: true)
    book.claim(for: worker, limit: limit, epoch: epoch, at: time.moment(), into: &claims)
    if claims.isEmpty { return [] }
    let wall = time.timestamp().milliseconds
    var claimed: [ClaimedTask] = []
    claimed.reserveCapacity(claims.count)
    for claim in claims {
      try statements.claim.run {
        $0.add(claim.life.handouts)
        $0.add(Int64(bitPattern: epoch))
        $0.add(worker)
        $0.add(wall)
        $0.add(claim.task)
      }
      let stored = try statements.readClaimed.first {
        $0.add(claim.task)
      } _: { row in
        (row.text(0) ?? "", payload(bytes: row.bytes(1), file: row.text(2), size: Int(row.number(3))))
      }
      guard let (id, input) = stored else {
        throw StoreError(.corrupt, "a queued task (number \(claim.task)) is missing from the store")
      }
      out[claim.task] = (id, claim.kind)
      claimed.append(
        ClaimedTask(
          token: claim.token, id: TaskID(trusted: id), kind: claim.kind, needs: claim.needs, input: input,
          prefetched: claim.prefetched))
      if case .bytes(let data)? = claimed.last?.input { bytes += data.count }
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
    // A token does not make its bearer the holder: a worker speaks for itself only.
    guard let life = book.life(of: token.task), life.isCurrent(token), let kind = book.kind(of: token.task),
      book.worker(of: token.task) == worker
    else { return try endOfOldAttempt(report, worker: worker, db) }
    let now = time.moment()
    let holder = worker
    changes.removeAll(keepingCapacity: true)
    switch report.end {
    case .done:
      let verify = !report.verified && book.hasVerifier(kind: kind)
      book.apply(.succeeded(token, verify: verify), to: token.task, at: now, changes: &changes)
      book.recordRunTime(kind: kind, nanoseconds: report.runNanoseconds)
      try write(report.result, into: statements.insertResult, key: Int64(bitPattern: token.number))
      if verify {
        try note(unverified: report, kind: kind, worker: holder, late: false, db)
        try writeChanges(db, error: nil)
        return EndOutcome(token: token, verdict: .verifying, kind: kind)
      }
      try writeChanges(db, error: nil, done: Done(report: report, worker: holder, late: false))
      return EndOutcome(token: token, verdict: .committed, kind: kind)
    case .returned: book.apply(.attemptReturned(token), to: token.task, at: now, changes: &changes)
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
      sql: """
        SELECT t.state, k.name, t.result_key, t.late, t.epoch, t.handouts, a.epoch, a.outcome, a.worker
        FROM task t JOIN kind k ON k.id = t.kind LEFT JOIN attempt a ON a.key = ? WHERE t.seq = ?
        """, arguments: [key, token.task])
    guard let row, let state = TaskState(rawValue: row[0]) else {
      drop(report.result)
      return EndOutcome(token: token, verdict: .stale, kind: "")
    }
    let kind: String = row[1]
    func answer(_ verdict: EndOutcome.Verdict) -> EndOutcome {
      drop(report.result)
      return EndOutcome(token: token, verdict: verdict, kind: kind)
    }
    let epoch = Int64(bitPattern: token.epoch)
    let isLast = (row[4] as Int64?) == epoch && (row[5] as UInt32) == token.attempt
    let wasEnded = (row[6] as Int64?) == epoch
    if report.end == .done, unjudged.contains(token.task), try isUnjudged(token, db) {
      // The verifier may hold these bytes in its hands: others must not take their place.
      return answer(try isStored(report.result, key: key, db) ? .verifying : .stale)
    }
    if state.isFinal {
      let late: Bool = row[3]
      if report.end == .done, state == .done, (row[2] as Int64?) == key, late ? wasEnded : isLast,
        try isStored(report.result, key: key, db)
      {
        return answer(late ? .committedLate : .committed)
      }
      // A failure told twice gets its first answer too: it is what made the task fail.
      if state == .failed, isLast, report.end != .done { return answer(.committed) }
      statistics.discarded += 1
      return answer(.discarded)
    }
    guard wasEnded, let outcome = row[7] as String?, let holder = row[8] as String?, holder == worker else {
      return answer(.stale)
    }
    guard report.end == .done else { return answer(outcome == report.end.rawValue ? .requeued : .stale) }
    guard outcome == "lost" || outcome == "expired", report.verified || book.hasVerifier(kind: kind) else {
      return answer(.stale)
    }
    try write(report.result, into: statements.insertResult, key: key)
    guard report.verified else {
      try note(unverified: report, kind: kind, worker: holder, late: true, db)
      return EndOutcome(token: token, verdict: .verifying, kind: kind)
    }
    try commitLate(token, report: report, worker: holder, db)
    return EndOutcome(token: token, verdict: .committedLate, kind: kind)
  }

  private func isUnjudged(_ token: Token, _ db: Database) throws -> Bool {
    try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM verification WHERE key = ? AND epoch = ?)",
      arguments: [Int64(bitPattern: token.number), Int64(bitPattern: token.epoch)]) ?? false
  }

  /// Whether `result` has the bytes that are stored under `key`. Not so if either file cannot be read.
  private func isStored(_ result: Payload, key: Int64, _ db: Database) throws -> Bool {
    let row = try Row.fetchOne(db, sql: "SELECT bytes, file FROM result WHERE key = ?", arguments: [key])
    guard let row else { return result.size == 0 }
    let stored = payload(bytes: row[0], file: row[1], size: result.size)
    guard let stored = try? stored.load(), let brought = try? result.load() else { return false }
    return stored == brought
  }

  func commitLate(_ token: Token, report: EndReport, worker: String, _ db: Database) throws {
    changes.removeAll(keepingCapacity: true)
    book.apply(.lateResultJudgedValid(token), to: token.task, at: time.moment(), changes: &changes)
    statistics.lateCommitted += 1
    if let change = changes.first, let overtaken = change.endedToken {
      try note(
        attempt: overtaken, worker: change.worker ?? "", outcome: "overtaken",
        error: "the result of an earlier attempt came in late and was taken", db)
    }
    try writeChanges(db, error: nil, done: Done(report: report, worker: worker, late: true), stopping: true)
  }

  func note(attempt token: Token, worker: String, outcome: String, error: String, _ db: Database) throws {
    let key = Int64(bitPattern: token.number)
    try statements.insertAttempt.run {
      $0.add(key)
      $0.add(Int64(bitPattern: token.epoch))
      $0.add(worker)
      $0.add(outcome)
      $0.add(error)
      $0.add(key)
      $0.add(time.timestamp().milliseconds)
    }
  }

  private func note(unverified report: EndReport, kind: String, worker: String, late: Bool, _ db: Database) throws {
    let token = report.token
    try statements.insertVerification.run {
      $0.add(Int64(bitPattern: token.number))
      $0.add(Int64(bitPattern: token.epoch))
      $0.add(worker)
      $0.add(late)
      $0.add(report.result.size)
      $0.add(report.runNanoseconds)
    }
    unjudged.insert(token.task)
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
