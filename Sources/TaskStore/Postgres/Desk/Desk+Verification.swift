import Foundation
import MusterCore
import PostgreSQL
import TaskModel

extension Desk {
  func judge(_ judgement: Judgement, _ db: PostgresSession) throws -> EndOutcome {
    let token = judgement.token
    let key = Int64(bitPattern: token.number)
    // The task first: whoever ends it drops its unjudged results, in this order of locks.
    guard let row = try LiveRow.lock(token.task, db) else {
      return EndOutcome(token: token, verdict: .stale, kind: "")
    }
    try learnLane(row.lane, db)
    let stored = try db.rows(
      "SELECT worker, late, size, run_ns, result FROM verification WHERE key = $1 AND epoch = $2",
      [.int(key), .int(Int64(bitPattern: token.epoch))]
    ).first
    guard let stored else { return EndOutcome(token: token, verdict: .stale, kind: "") }
    let kind = kind(ofLane: row.lane)
    let worker = stored.text(0)
    let late = stored.bool(1)
    if judgement.valid {
      var report = EndReport(
        token: token, end: .done, result: .bytes(stored.optionalBytes(4) ?? Data()),
        runNanoseconds: UInt64(clamping: stored.int(3)))
      report.publicInput = judgement.publicInput
      if late {
        let isTaken = try commitLate(report, worker: worker, row, db)
        return EndOutcome(token: token, verdict: isTaken ? .committedLate : .discarded, kind: kind)
      }
      let cancelled = state.statistics.cancelled
      try apply(
        .judgedValid(token), to: row, Circumstances(done: Done(report: report, worker: worker, late: false)), db)
      let isTaken = state.statistics.cancelled == cancelled || outer == nil
      return EndOutcome(token: token, verdict: isTaken ? .committed : .discarded, kind: kind)
    }
    state.statistics.invalid += 1
    try db.change("DELETE FROM verification WHERE key = $1", [.int(key)])
    let error = judgement.reason.isEmpty ? "the verifier refused the result" : judgement.reason
    try note(attempt: token, worker: worker, outcome: "invalid", error: error, started: row.handed, db)
    // A late result that is refused uses up nothing: its attempt was over when it was lost.
    if late {
      // A retry forgives all attempts before it, also those that are judged after it.
      if Int64(token.attempt) > row.forgiven, !row.failedOn.contains(worker) {
        try db.change(
          "UPDATE live SET failed_on = array_append(failed_on, $2) WHERE seq = $1", [.int(row.task), .text(worker)])
      }
      return EndOutcome(token: token, verdict: .discarded, kind: kind)
    }
    let reaction = try apply(.judgedInvalid(token), to: row, Circumstances(error: error, blamed: worker), db)
    guard case .moved(_, let to) = reaction else { return EndOutcome(token: token, verdict: .stale, kind: kind) }
    return EndOutcome(token: token, verdict: to.isFinal ? .committed : .requeued, kind: kind)
  }

  /// Takes over the results that nobody judges: those of coordinators that are gone.
  func takeUnverified(_ db: PostgresSession) throws -> [UnverifiedResult] {
    try db.rows(
      """
      WITH taken AS (
        UPDATE verification v SET coordinator = $1
        WHERE NOT EXISTS (SELECT FROM coordinator c WHERE c.id = v.coordinator AND c.id <> $1)
          AND EXISTS (SELECT FROM live l WHERE l.seq = v.key >> 20)
        RETURNING v.key, v.epoch, v.worker, v.late)
      SELECT v.key, v.epoch, v.worker, v.late, t.id, k.name FROM taken v JOIN task t ON t.seq = v.key >> 20
      JOIN lane l ON l.id = t.lane JOIN kind k ON k.id = l.kind ORDER BY v.key
      """, [.int(coordinator)]
    ).map { row in
      UnverifiedResult(
        token: Token(epoch: UInt64(bitPattern: row.int(1)), number: UInt64(bitPattern: row.int(0))),
        id: TaskID(trusted: row.text(4)), kind: row.text(5), worker: row.text(2), late: row.bool(3))
    }
  }

  /// Those of the tokens whose result could still be taken.
  func usable(_ tokens: [Token], _ db: PostgresSession) throws -> Set<Token> {
    var usable: Set<Token> = []
    for token in tokens {
      let row = try db.rows(
        """
        SELECT l.state = 2 AND l.epoch = $2 AND l.handouts & 1048575 = $3, l.lane, EXISTS (
          SELECT FROM attempt WHERE key = $4 AND epoch = $2 AND outcome IN ('lost', 'expired'))
        FROM live l WHERE l.seq = $1
        """,
        [
          .int(token.task), .int(Int64(bitPattern: token.epoch)), .int(Int64(token.attempt)),
          .int(Int64(bitPattern: token.number)),
        ]
      ).first
      guard let row else { continue }
      let lane = Int32(truncatingIfNeeded: row.int(1))
      try learnLane(lane, db)
      let isCurrent = !row.isNull(0) && row.bool(0)
      if isCurrent || row.bool(2) && hasVerifier(kind(ofLane: lane)) { usable.insert(token) }
    }
    return usable
  }
}
