import Foundation
import GRDB
import MusterCore
import TaskModel

/// Reads the rows of an embedded store.
struct EmbeddedTransferReader: Sendable {
  /// Nil where no payload is in a file.
  let files: PayloadFiles?

  func rows(_ part: TransferPart, after cursor: TransferCursor, _ db: Database) throws -> [TransferRow] {
    let (sql, arguments) = Self.statement(part, cursor)
    let cursor = try Row.fetchCursor(try db.cachedStatement(sql: sql), arguments: arguments)
    var rows: [TransferRow] = []
    var bytes = 0
    while rows.count < TransferBatch.rows, bytes < TransferBatch.bytes, let row = try cursor.next() {
      let read = try self.row(part, row)
      bytes += read.size
      rows.append(read)
    }
    if part == .task { return try rows.map { try withFailures($0, db) } }
    return rows
  }

  private static func statement(_ part: TransferPart, _ cursor: TransferCursor) -> (String, StatementArguments) {
    let after = cursor.first
    return switch part {
    case .task: (tasks, [after])
    case .verification:
      (
        """
        SELECT v.key, v.epoch, v.worker, v.late, v.size, v.run_ns, r.bytes, r.file FROM verification v
        LEFT JOIN result r ON r.key = v.key WHERE v.key > ? ORDER BY v.key
        """, [after]
      )
    case .attempt:
      ("SELECT key, epoch, worker, outcome, error, started, ended FROM attempt WHERE key > ? ORDER BY key", [after])
    case .dependency:
      (
        "SELECT task, needs FROM dependency WHERE (task, needs) > (?, ?) ORDER BY task, needs",
        [cursor.first, cursor.second]
      )
    case .log: ("SELECT position, key, bytes, dropped FROM log WHERE position > ? ORDER BY position", [after])
    }
  }

  private static let tasks = """
    SELECT t.seq, t.id, k.name, t.state, t.priority, t.slots, t.memory, t.gpus, t.oversize, t.max_attempts, t.submitted,
      t.deadline, t.identity, t.labels, t.input_size, i.bytes, i.file, t.failures, t.handouts, t.forgiven, t.epoch,
      t.worker, t.started, t.running, t.not_before, t.error, t.finished, t.failed_by, t.result_key, t.result_size,
      r.bytes, r.file, t.late, t.run_ns
    FROM task t LEFT JOIN kind k ON k.id = t.kind LEFT JOIN input i ON i.seq = t.seq
    LEFT JOIN result r ON r.key = t.result_key AND t.state = 4 WHERE t.seq > ? ORDER BY t.seq
    """

  private func row(_ part: TransferPart, _ row: Row) throws -> TransferRow {
    switch part {
    case .task: .task(try task(row))
    case .verification:
      .verification(
        TransferRow.Verification(
          key: row[0], epoch: row[1], worker: row[2], late: row[3], runNanoseconds: row[5],
          result: try payload(row[6], row[7], size: row[4])))
    case .attempt:
      .attempt(
        TransferRow.Attempt(
          key: row[0], epoch: row[1], worker: row[2], outcome: row[3], error: LabelText.sentence(row[4]),
          started: Self.time(row[5]), ended: Timestamp(milliseconds: row[6])))
    case .dependency: .dependency(task: row[0], needs: row[1])
    case .log: .log(position: row[0], key: row[1], bytes: row[2] as Data? ?? Data(), dropped: row[3])
    }
  }

  private func task(_ row: Row) throws -> TransferTask {
    let sequence: Int64 = row[0]
    guard let kind = row[2] as String?, let state = TaskState(rawValue: row[3]) else {
      throw StoreError(.corrupt, "task \(sequence) in the store has a kind or a state that does not exist")
    }
    let labels = try (row[13] as String?).map { try JSONDecoder().decode([String: String].self, from: Data($0.utf8)) }
    return TransferTask(
      sequence: sequence, id: row[1], kind: kind, state: state, priority: row[4],
      needs: Needs(slots: row[5], memory: UInt64(bitPattern: row[6]), gpus: row[7]), oversize: row[8],
      maxAttempts: row[9], submitted: Timestamp(milliseconds: row[10]), deadline: Self.time(row[11]), identity: row[12],
      labels: labels ?? [:], input: try payload(row[15], row[16], size: row[14]), failures: row[17], handouts: row[18],
      forgiven: row[19], epoch: row[20], worker: row[21], handed: Self.time(row[22]),
      started: state == .running && row[23], notBefore: state == .waiting ? Self.time(row[24]) : nil,
      error: (row[25] as String?).map(LabelText.sentence), finished: state.isFinal ? Self.time(row[26]) : nil,
      failedBy: state.isFinal ? row[27] : nil, resultKey: state == .done ? row[28] : nil,
      result: state == .done ? try payload(row[30], row[31], size: row[29]) : Data(), late: state.isFinal && row[32],
      runNanoseconds: state.isFinal ? row[33] : 0, failedOn: [])
  }

  /// What the file's owner looks up at its start, see ``StoreCore/load(from:)``, other stores keep with the task.
  private func withFailures(_ row: TransferRow, _ db: Database) throws -> TransferRow {
    guard case .task(var task) = row, !task.state.isFinal, task.handouts > task.forgiven else { return row }
    let keys = Schema.keys(of: task.sequence)
    task.failedOn = try String.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT DISTINCT worker FROM attempt WHERE key > ? AND key < ?
            AND outcome IN ('failed', 'timeout', 'memory', 'unrunnable', 'invalid') ORDER BY worker
          """), arguments: [keys.first + task.forgiven, keys.end])
    return .task(task)
  }

  private func payload(_ bytes: Data?, _ file: String?, size: Int) throws -> Data {
    guard let file else { return bytes ?? Data() }
    return try Payload.file(path: files?.path(of: file) ?? file, size: size).load()
  }

  private static func time(_ milliseconds: Int64?) -> Timestamp? { milliseconds.map { Timestamp(milliseconds: $0) } }
}
