import Foundation
import GRDB
import MusterCore
import Synchronization
import TaskModel

/// Writes rows into the tables of an embedded store.
final class EmbeddedTransferWriter: Sendable {
  private let files: PayloadFiles
  private let names = Mutex<[String]>([])

  init(files: PayloadFiles) { self.files = files }

  /// Names of the payload files that were written.
  var written: [String] { names.withLock { $0 } }

  func write(_ rows: [TransferRow], _ db: Database) throws {
    for row in rows {
      switch row {
      case .task(let task): try write(task, db)
      case .verification(let verification): try write(verification, db)
      case .attempt(let attempt):
        try db.cachedStatement(
          sql: "INSERT INTO attempt (key, epoch, worker, outcome, error, started, ended) VALUES (?,?,?,?,?,?,?)"
        ).execute(arguments: [
          attempt.key, attempt.epoch, attempt.worker, attempt.outcome, attempt.error, attempt.started?.milliseconds,
          attempt.ended.milliseconds,
        ])
      case .dependency(let task, let needs):
        try db.cachedStatement(sql: "INSERT INTO dependency (task, needs) VALUES (?,?)").execute(arguments: [
          task, needs,
        ])
      case .log(_, let key, let bytes, let dropped):
        try db.cachedStatement(sql: "INSERT INTO log (key, bytes, dropped) VALUES (?,?,?)")
          .execute(arguments: [key, bytes, dropped])
      }
    }
  }

  private func write(_ task: TransferTask, _ db: Database) throws {
    try db.cachedStatement(sql: "INSERT OR IGNORE INTO kind (name) VALUES (?)").execute(arguments: [task.kind])
    try db.cachedStatement(
      sql: """
        INSERT INTO task (seq, id, kind, state, priority, slots, memory, gpus, oversize, max_attempts, failures, handouts,
          epoch, worker, running, submitted, not_before, deadline, started, finished, identity, labels, error, failed_by,
          input_size, result_size, result_key, late, run_ns, forgiven)
        VALUES (?,?,(SELECT id FROM kind WHERE name = ?),?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
        """
    ).execute(arguments: [
      task.sequence, task.id, task.kind, task.state.rawValue, task.priority, task.needs.slots,
      Int64(bitPattern: task.needs.memory), task.needs.gpus, task.oversize, task.maxAttempts, task.failures,
      task.handouts, task.epoch, task.worker, task.started, task.submitted.milliseconds, task.notBefore?.milliseconds,
      task.deadline?.milliseconds, task.handed?.milliseconds, task.finished?.milliseconds, task.identity,
      task.labels.isEmpty ? nil : try StoreCore.encode(labels: task.labels), task.error, task.failedBy,
      task.input.count, task.result.count, task.resultKey, task.late, task.runNanoseconds, task.forgiven,
    ])
    try write(task.input, into: "input (seq, bytes, file)", key: task.sequence, db)
    if let key = task.resultKey { try write(task.result, into: "result (key, bytes, file)", key: key, db) }
  }

  private func write(_ verification: TransferRow.Verification, _ db: Database) throws {
    try db.cachedStatement(
      sql: "INSERT INTO verification (key, epoch, worker, late, size, run_ns) VALUES (?,?,?,?,?,?)"
    ).execute(arguments: [
      verification.key, verification.epoch, verification.worker, verification.late, verification.result.count,
      verification.runNanoseconds,
    ])
    try write(verification.result, into: "result (key, bytes, file)", key: verification.key, db)
    if !verification.late {
      // So that the task knows its result, as if it had come here.
      try db.cachedStatement(sql: "UPDATE task SET result_key = ?1 WHERE seq = ?1 >> 20 AND state = 3")
        .execute(arguments: [verification.key])
    }
  }

  /// An empty payload has no row.
  private func write(_ payload: Data, into table: String, key: Int64, _ db: Database) throws {
    if payload.isEmpty { return }
    var name: String?
    if payload.count > PayloadFiles.inlineBound {
      name = try files.write(payload)
      if let name { names.withLock { $0.append(name) } }
    }
    try db.cachedStatement(sql: "INSERT INTO \(table) VALUES (?,?,?)")
      .execute(arguments: [key, name == nil ? payload : nil, name])
  }
}
