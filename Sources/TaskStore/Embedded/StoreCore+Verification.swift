import Foundation
import GRDB
import MusterCore
import TaskModel

extension StoreCore {
  func judge(_ judgement: Judgement, _ db: Database) throws -> EndOutcome {
    let token = judgement.token
    let key = Int64(bitPattern: token.number)
    let row = try Row.fetchOne(
      db,
      sql: """
        SELECT v.worker, v.late, k.name, r.bytes, r.file, v.size, v.run_ns, t.forgiven FROM verification v JOIN task t ON t.seq = ?
        JOIN kind k ON k.id = t.kind LEFT JOIN result r ON r.key = v.key WHERE v.key = ? AND v.epoch = ?
        """, arguments: [token.task, key, Int64(bitPattern: token.epoch)])
    guard let row else { return EndOutcome(token: token, verdict: .stale, kind: "") }
    let worker: String = row[0]
    let late: Bool = row[1]
    let kind: String = row[2]
    if judgement.valid {
      let report = EndReport(
        token: token, end: .done, result: payload(bytes: row[3], file: row[4], size: row[5]),
        runNanoseconds: UInt64(clamping: row[6] as Int64))
      if late {
        try commitLate(token, report: report, worker: worker, db)
        return EndOutcome(token: token, verdict: .committedLate, kind: kind)
      }
      changes.removeAll(keepingCapacity: true)
      book.apply(.judgedValid(token), to: token.task, at: time.moment(), changes: &changes)
      try writeChanges(db, error: nil, done: Done(report: report, worker: worker, late: false))
      return EndOutcome(token: token, verdict: .committed, kind: kind)
    }
    statistics.invalid += 1
    try statements.deleteVerification.run { $0.add(key) }
    try deleteResult(key: key, db)
    let keys = Schema.keys(of: token.task)
    let others = try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM verification WHERE key >= ? AND key < ?)",
      arguments: [keys.first, keys.end])
    if others != true { unjudged.remove(token.task) }
    let error = judgement.reason.isEmpty ? "the verifier refused the result" : judgement.reason
    try note(attempt: token, worker: worker, outcome: "invalid", error: error, db)
    // A late result that is refused uses up nothing: its attempt was over when it was lost.
    if late {
      // A retry forgives all attempts before it, also those that are judged after it.
      if Int64(token.attempt) > row[7] as Int64 { book.blame(worker, for: token.task) }
      return EndOutcome(token: token, verdict: .discarded, kind: kind)
    }
    changes.removeAll(keepingCapacity: true)
    book.apply(.judgedInvalid(token), to: token.task, blaming: worker, at: time.moment(), changes: &changes)
    let final = changes.first?.life.state.isFinal ?? false
    try writeChanges(db, error: error)
    return EndOutcome(token: token, verdict: final ? .committed : .requeued, kind: kind)
  }

  func deleteResult(key: Int64, _ db: Database) throws {
    if let file = try String.fetchOne(db, sql: "SELECT file FROM result WHERE key = ?", arguments: [key]) {
      unusedFiles.append(file)
    }
    try db.execute(sql: "DELETE FROM result WHERE key = ?", arguments: [key])
  }

  func unverified(_ db: Database) throws -> [UnverifiedResult] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT v.key, v.epoch, v.worker, v.late, t.id, k.name FROM verification v JOIN task t ON t.seq = v.key >> 20
        JOIN kind k ON k.id = t.kind WHERE t.finished IS NULL ORDER BY v.key
        """
    ).map { row in
      UnverifiedResult(
        token: Token(epoch: UInt64(bitPattern: row[1]), number: UInt64(bitPattern: row[0])),
        id: TaskID(trusted: row[4]), kind: row[5], worker: row[2], late: row[3])
    }
  }

  /// Whether a result that came with this token could still be taken.
  func isUsable(_ token: Token, _ db: Database) throws -> Bool {
    guard let life = book.life(of: token.task), let kind = book.kind(of: token.task) else { return false }
    if life.isCurrent(token) { return true }
    guard book.hasVerifier(kind: kind) else { return false }
    return try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM attempt WHERE key = ? AND epoch = ? AND outcome IN ('lost', 'expired'))",
      arguments: [Int64(bitPattern: token.number), Int64(bitPattern: token.epoch)]) ?? false
  }
}
