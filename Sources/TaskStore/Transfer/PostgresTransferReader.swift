import Foundation
import MusterCore
import PostgreSQL
import TaskModel

/// Reads the rows of a PostgreSQL store.
enum PostgresTransferReader {
  static func rows(
    _ part: TransferPart, after cursor: TransferCursor, _ db: PostgresSession
  ) throws -> [TransferRow] {
    if part == .dependency {
      return try db.rows(
        "SELECT task, needs FROM dependency WHERE (task, needs) > ($1, $2) ORDER BY task, needs LIMIT $3",
        [.int(cursor.first), .int(cursor.second), .int(Int64(TransferBatch.rows))]
      ).map { .dependency(task: $0.int(0), needs: $0.int(1)) }
    }
    guard let last = try last(part, after: cursor.first, db) else { return [] }
    return try db.rows(statement(part), [.int(cursor.first), .int(last)]).map { try row(part, $0) }
  }

  /// The last row of a batch: sizes are read before what has them, since a result comes as a whole.
  private static func last(_ part: TransferPart, after: Int64, _ db: PostgresSession) throws -> Int64? {
    let sizes =
      switch part {
      case .task:
        """
        SELECT t.seq, t.input_size::int8 + coalesce(f.result_size, 0) FROM task t LEFT JOIN final f ON f.seq = t.seq
        WHERE t.seq > $1 ORDER BY t.seq LIMIT $2
        """
      case .verification: "SELECT key, size::int8 FROM verification WHERE key > $1 ORDER BY key LIMIT $2"
      case .attempt, .dependency: "SELECT key, 0::int8 FROM attempt WHERE key > $1 ORDER BY key LIMIT $2"
      case .log: "SELECT position, octet_length(bytes)::int8 FROM log WHERE position > $1 ORDER BY position LIMIT $2"
      }
    var last: Int64?
    var bytes: Int64 = 0
    for row in try db.rows(sizes, [.int(after), .int(Int64(TransferBatch.rows))]) {
      bytes += row.int(1)
      if last != nil, bytes > TransferBatch.bytes { break }
      last = row.int(0)
    }
    return last
  }

  private static func statement(_ part: TransferPart) -> String {
    switch part {
    case .task: tasks
    case .verification:
      """
      SELECT key, epoch, worker, late, run_ns, result FROM verification WHERE key > $1 AND key <= $2 ORDER BY key
      """
    case .attempt, .dependency:
      """
      SELECT key, epoch, worker, outcome, error, started, ended FROM attempt WHERE key > $1 AND key <= $2 ORDER BY key
      """
    case .log:
      "SELECT position, key, bytes, dropped FROM log WHERE position > $1 AND position <= $2 ORDER BY position"
    }
  }

  private static let tasks = """
    SELECT t.seq, t.id, k.name, coalesce(f.state, v.state), l.priority, l.slots, l.memory, l.gpus, l.oversize,
      t.max_attempts, t.submitted, CASE WHEN v.seq IS NULL THEN t.deadline ELSE v.deadline END, t.identity,
      t.labels::text, t.input, coalesce(f.failures, v.failures), coalesce(f.handouts, v.handouts),
      coalesce(f.forgiven, v.forgiven), coalesce(f.epoch, v.epoch), coalesce(f.worker, v.worker),
      coalesce(f.handed, v.handed), coalesce(v.started, false), v.not_before, coalesce(f.error, v.error), f.finished,
      f.failed_by, f.result_key, f.result, coalesce(f.late, false), coalesce(f.run_ns, 0), v.failed_on
    FROM task t JOIN lane l ON l.id = t.lane JOIN kind k ON k.id = l.kind
    LEFT JOIN live v ON v.seq = t.seq LEFT JOIN final f ON f.seq = t.seq
    WHERE t.seq > $1 AND t.seq <= $2 ORDER BY t.seq
    """

  private static func row(_ part: TransferPart, _ row: PostgresRow) throws -> TransferRow {
    switch part {
    case .task: .task(try task(row))
    case .verification:
      .verification(
        TransferRow.Verification(
          key: row.int(0), epoch: row.int(1), worker: row.text(2), late: row.bool(3), runNanoseconds: row.int(4),
          result: row.optionalBytes(5) ?? Data()))
    case .attempt, .dependency:
      .attempt(
        TransferRow.Attempt(
          key: row.int(0), epoch: row.int(1), worker: row.text(2), outcome: row.text(3), error: row.text(4),
          started: row.optionalTime(5), ended: row.time(6)))
    case .log: .log(position: row.int(0), key: row.int(1), bytes: row.bytes(2), dropped: row.int(3))
    }
  }

  private static func task(_ row: PostgresRow) throws -> TransferTask {
    let number = row.optionalInt(3).map { UInt8(truncatingIfNeeded: $0) }
    guard let state = number.flatMap(TaskState.init(rawValue:)) else {
      throw StoreError(.corrupt, "task '\(row.text(1))' in the store has no state, or one that does not exist")
    }
    let labels = try row.optionalText(13).map { try JSONDecoder().decode([String: String].self, from: Data($0.utf8)) }
    return TransferTask(
      sequence: row.int(0), id: row.text(1), kind: row.text(2), state: state,
      priority: Int16(truncatingIfNeeded: row.int(4)), needs: PostgresRecord.needs(row, 5), oversize: row.bool(8),
      maxAttempts: Int(row.int(9)), submitted: row.time(10), deadline: row.optionalTime(11), identity: row.bytes(12),
      labels: LabelText.read(labels ?? [:]), input: row.optionalBytes(14) ?? Data(), failures: Int(row.int(15)),
      handouts: row.int(16), forgiven: row.int(17), epoch: row.optionalInt(18), worker: row.optionalText(19),
      handed: row.optionalTime(20), started: state == .running && row.bool(21),
      notBefore: state == .waiting ? row.optionalTime(22) : nil, error: row.optionalText(23),
      finished: row.optionalTime(24), failedBy: row.optionalInt(25),
      resultKey: state == .done ? row.optionalInt(26) : nil,
      result: state == .done ? row.optionalBytes(27) ?? Data() : Data(), late: row.bool(28),
      runNanoseconds: row.int(29),
      failedOn: row.isNull(30) ? [] : row.texts(30))
  }
}
