import Foundation
import MusterCore
import PostgreSQL
import TaskModel

extension Desk {
  /// Takes what workers brought: plain successes all at once, the rest one by one.
  func end(_ items: [Exchange], _ outcomes: inout [ExchangeOutcome], _ db: PostgresSession) throws {
    let committed = try commitPlain(items, db)
    var taken: Set<Token> = []
    for (index, item) in items.enumerated() where !item.ends.isEmpty {
      outcomes[index].ends.reserveCapacity(item.ends.count)
      for report in item.ends {
        if let kind = committed[report.token], taken.insert(report.token).inserted {
          outcomes[index].ends.append(EndOutcome(token: report.token, verdict: .committed, kind: kind))
        } else {
          outcomes[index].ends.append(try end(report, worker: item.worker, db))
        }
      }
    }
  }

  // MARK: Plain successes

  /// `state + 0`: written so, no partial index will do, and each row is found by its key. Statistics that were gathered while
  /// nothing ran made the planner read the index of all running tasks instead.
  private static let finishPlain = """
    WITH gone AS (
      DELETE FROM live l USING unnest($1::int8[], $2::int8[], $3::int8[], $4::text[], $5::int4[], $6::int8[], $7::int4[],
        $8::bytea[], $9::int8[]) AS u(seq, epoch, attempt, worker, kind, key, size, result, run)
      WHERE l.seq = u.seq AND l.state + 0 = 2 AND l.epoch = u.epoch AND l.handouts & 1048575 = u.attempt
        AND l.worker = u.worker
      RETURNING l.seq, l.failures, l.handouts, l.forgiven, l.epoch, l.worker, l.handed, u.kind, u.key, u.size, u.result,
        u.run),
    act AS (
      INSERT INTO final (seq, kind, state, finished, failures, handouts, forgiven, epoch, worker, handed, result_key,
        result_size, result, run_ns)
      SELECT seq, kind, 4, clock(), failures, handouts, forgiven, epoch, worker, handed, key, size, result, run FROM gone)
    SELECT seq FROM gone
    """

  /// Commits results that need no verifier, of attempts that this coordinator handed out and believes current: the statement
  /// itself checks each token, and whatever it does not take is looked at one by one.
  ///
  /// - Returns: the tokens that were committed, with their kinds.
  private func commitPlain(_ items: [Exchange], _ db: PostgresSession) throws -> [Token: String] {
    // Another program's table has its own word on every end.
    if outer != nil { return [:] }
    var plain: [(report: EndReport, worker: String, known: Known, lane: LaneTable.Lane)] = []
    var seen: Set<Int64> = []
    for item in items {
      for report in item.ends where report.end == .done {
        let task = report.token.task
        guard let life = state.book.life(of: task), life.isCurrent(report.token),
          state.book.worker(of: task) == item.worker, let known = state.known[task],
          // With a verifier there may be other results of the task that wait to be judged.
          let lane = lanes.lane(known.lane), !hasVerifier(lane.key.kind),
          seen.insert(task).inserted
        else { continue }
        plain.append((report, item.worker, known, lane))
      }
    }
    if plain.isEmpty { return [:] }
    let gone = try db.rows(
      Self.finishPlain,
      [
        .ints(plain.map(\.report.token.task)), .ints(plain.map { Int64(bitPattern: $0.report.token.epoch) }),
        .ints(plain.map { Int64($0.report.token.attempt) }), .texts(plain.map(\.worker)),
        .int4s(plain.map(\.lane.kindID)), .ints(plain.map { Int64(bitPattern: $0.report.token.number) }),
        .int4s(plain.map { Int32(clamping: $0.report.result.size) }),
        .byteas(try plain.map { try IntakeDesk.bytes($0.report.result) }),
        .ints(plain.map { Int64(clamping: $0.report.runNanoseconds) }),
      ])
    var ended = Set(gone.map { $0.int(0) })
    var committed: [Token: String] = [:]
    committed.reserveCapacity(ended.count)
    var done: [Int64] = []
    done.reserveCapacity(ended.count)
    for (report, worker, known, lane) in plain where ended.remove(report.token.task) != nil {
      let task = report.token.task
      let kind = lane.key.kind
      committed[report.token] = kind
      done.append(task)
      signal.ended.append(
        EndedTask(
          id: TaskID(trusted: known.id), kind: kind, state: .done, result: Self.inline(report.result),
          resultSize: report.result.size, error: "", attempts: state.book.life(of: task)?.handouts ?? 1, worker: worker,
          late: false, runNanoseconds: report.runNanoseconds))
      state.book.recordRunTime(kind: kind, nanoseconds: report.runNanoseconds)
      forget(task)
    }
    state.statistics.done += UInt64(done.count)
    try Dependencies.release(after: done, desk: self, db)
    return committed
  }

  private static func inline(_ payload: Payload) -> Data? {
    guard case .bytes(let data) = payload, data.count <= EndedTask.largestInlineResult else { return nil }
    return data
  }

  // MARK: One by one

  func end(_ report: EndReport, worker: String, _ db: PostgresSession) throws -> EndOutcome {
    let token = report.token
    guard let row = try LiveRow.lock(token.task, db) else { return try endOfFinal(report, db) }
    try learnLane(row.lane, db)
    // A token does not make its bearer the holder: a worker speaks for itself only.
    guard row.life.isCurrent(token), row.worker == worker else { return try endOfOldAttempt(report, worker, row, db) }
    let kind = kind(ofLane: row.lane)
    switch report.end {
    case .done:
      state.book.recordRunTime(kind: kind, nanoseconds: report.runNanoseconds)
      if !report.verified && hasVerifier(kind) {
        try store(unverified: report, kind: kind, worker: worker, late: false, row, db)
        try apply(.succeeded(token, verify: true), to: row, Circumstances(), db)
        return EndOutcome(token: token, verdict: .verifying, kind: kind)
      }
      let discarded = state.statistics.cancelled
      try apply(
        .succeeded(token, verify: false), to: row,
        Circumstances(done: Done(report: report, worker: worker, late: false)), db)
      // Only an outer row that is another's by now makes a result come to nothing.
      let isTaken = state.statistics.cancelled == discarded || outer == nil
      return EndOutcome(token: token, verdict: isTaken ? .committed : .discarded, kind: kind)
    case .returned:
      try apply(.attemptReturned(token), to: row, Circumstances(), db)
      return EndOutcome(token: token, verdict: .requeued, kind: kind)
    case .lost, .expired, .cancelled:
      try note(
        attempt: token, worker: worker, outcome: report.end.rawValue, error: report.error, started: row.handed, db)
      state.statistics.attemptsLost += 1
      return try giveUp(.attemptLost(token), report, row, blamed: nil, kind, db)
    case .failed, .retry, .timeout, .memory, .unrunnable:
      try note(
        attempt: token, worker: worker, outcome: report.end.rawValue, error: report.error, started: row.handed, db)
      state.statistics.attemptsFailed += 1
      // A program that asks to be run again later says nothing against its worker.
      return try giveUp(
        .attemptFailed(token), report, row, blamed: report.end == .retry ? nil : worker, kind, db)
    }
  }

  private func giveUp(
    _ event: TaskEvent, _ report: EndReport, _ row: LiveRow, blamed: String?, _ kind: String, _ db: PostgresSession
  ) throws -> EndOutcome {
    let reaction = try apply(
      event, to: row, Circumstances(error: report.error.isEmpty ? nil : report.error, blamed: blamed), db)
    guard case .moved(_, let to) = reaction else { return EndOutcome(token: report.token, verdict: .stale, kind: kind) }
    return EndOutcome(token: report.token, verdict: to.isFinal ? .committed : .requeued, kind: kind)
  }

  /// The task is final or unknown: the answer that was lost on its way, or nothing of worth.
  private func endOfFinal(_ report: EndReport, _ db: PostgresSession) throws -> EndOutcome {
    let token = report.token
    let row = try db.rows(
      """
      SELECT f.state, k.name, f.result_key, f.late, f.epoch, f.handouts, a.epoch, coalesce(f.result, '') = $3, f.seq
      FROM final f JOIN kind k ON k.id = f.kind LEFT JOIN attempt a ON a.key = $2 WHERE f.seq = $1
      """,
      [.int(token.task), .int(Int64(bitPattern: token.number)), .bytes(try report.result.load())]
    ).first
    forget(token.task)
    guard let row, let final = TaskState(rawValue: UInt8(truncatingIfNeeded: row.int(0))) else {
      return EndOutcome(token: token, verdict: .stale, kind: "")
    }
    let kind = row.text(1)
    let epoch = Int64(bitPattern: token.epoch)
    let isLast = row.optionalInt(4) == epoch && UInt32(truncatingIfNeeded: row.int(5)) == token.attempt
    let wasEnded = row.optionalInt(6) == epoch
    let late = row.bool(3)
    if report.end == .done, final == .done, row.optionalInt(2) == Int64(bitPattern: token.number),
      late ? wasEnded : isLast, row.bool(7)
    {
      return EndOutcome(token: token, verdict: late ? .committedLate : .committed, kind: kind)
    }
    // A failure told twice gets its first answer too: it is what made the task fail.
    if final == .failed, isLast, report.end != .done {
      return EndOutcome(token: token, verdict: .committed, kind: kind)
    }
    state.statistics.discarded += 1
    return EndOutcome(token: token, verdict: .discarded, kind: kind)
  }

  /// The report's token is not current: the answer that was lost on its way, a late result, or nothing of worth.
  private func endOfOldAttempt(
    _ report: EndReport, _ worker: String, _ row: LiveRow, _ db: PostgresSession
  ) throws -> EndOutcome {
    let token = report.token
    let key = Int64(bitPattern: token.number)
    let epoch = Int64(bitPattern: token.epoch)
    let kind = kind(ofLane: row.lane)
    func answer(_ verdict: EndOutcome.Verdict) -> EndOutcome { EndOutcome(token: token, verdict: verdict, kind: kind) }
    if report.end == .done {
      let unjudged = try db.rows(
        "SELECT coalesce(result, '') = $3 FROM verification WHERE key = $1 AND epoch = $2",
        [.int(key), .int(epoch), .bytes(try report.result.load())]
      ).first
      // The verifier may hold these bytes in its hands: others must not take their place.
      if let unjudged { return answer(unjudged.bool(0) ? .verifying : .stale) }
    }
    let ended = try db.rows(
      "SELECT outcome, worker FROM attempt WHERE key = $1 AND epoch = $2", [.int(key), .int(epoch)]
    ).first
    guard let ended, ended.text(1) == worker else { return answer(.stale) }
    let outcome = ended.text(0)
    guard report.end == .done else { return answer(outcome == report.end.rawValue ? .requeued : .stale) }
    guard outcome == "lost" || outcome == "expired", report.verified || hasVerifier(kind) else {
      return answer(.stale)
    }
    guard report.verified else {
      try store(unverified: report, kind: kind, worker: worker, late: true, row, db)
      return answer(.verifying)
    }
    return answer(try commitLate(report, worker: worker, row, db) ? .committedLate : .discarded)
  }

  /// - Returns: false if the task's outer row is another's by now.
  func commitLate(_ report: EndReport, worker: String, _ row: LiveRow, _ db: PostgresSession) throws -> Bool {
    if row.life.state == .running, let overtaken = row.life.token {
      try note(
        attempt: overtaken, worker: row.worker ?? "", outcome: "overtaken",
        error: "the result of an earlier attempt came in late and was taken", started: row.handed, db)
    }
    let cancelled = state.statistics.cancelled
    try apply(
      .lateResultJudgedValid(report.token), to: row,
      Circumstances(done: Done(report: report, worker: worker, late: true), stopping: true), db)
    guard state.statistics.cancelled == cancelled || outer == nil else { return false }
    state.statistics.lateCommitted += 1
    return true
  }

  /// Keeps a result for the verifier.
  private func store(
    unverified report: EndReport, kind: String, worker: String, late: Bool, _ row: LiveRow, _ db: PostgresSession
  ) throws {
    let token = report.token
    try db.change(
      """
      INSERT INTO verification (key, epoch, worker, late, size, run_ns, result, coordinator, since)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, clock())
      """,
      [
        .int(Int64(bitPattern: token.number)), .int(Int64(bitPattern: token.epoch)), .text(worker), .bool(late),
        .int4(Int32(clamping: report.result.size)), .int(Int64(clamping: report.runNanoseconds)),
        try IntakeDesk.bytes(report.result).map { .bytes($0) } ?? .null, .int(coordinator),
      ])
    signal.unverified.append(
      UnverifiedResult(token: token, id: TaskID(trusted: row.id), kind: kind, worker: worker, late: late))
  }
}
