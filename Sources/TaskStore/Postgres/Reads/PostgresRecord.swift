import Foundation
import MusterCore
import PostgreSQL
import TaskModel

/// How tasks' records are read from the tables; one set of columns for those in `live` and those in `final`.
enum PostgresRecord {
  /// Unfinished tasks.
  static let live = """
    SELECT t.id, k.name, v.state, l.priority, l.slots, l.memory, l.gpus, t.labels::text AS labels, v.failures,
      v.handouts, t.max_attempts, v.worker, t.submitted, v.handed, NULL::timestamptz AS finished, v.deadline,
      CASE WHEN v.state = 0 THEN v.not_before END AS not_before, v.error, t.input_size, 0 AS result_size, false AS late,
      0::int8 AS run_ns, t.seq
    FROM live v JOIN task t ON t.seq = v.seq JOIN lane l ON l.id = v.lane JOIN kind k ON k.id = l.kind
    """

  /// Tasks that have come to their end.
  static let final = """
    SELECT t.id, k.name, f.state, l.priority, l.slots, l.memory, l.gpus, t.labels::text AS labels, f.failures,
      f.handouts, t.max_attempts, f.worker, t.submitted, f.handed, f.finished, t.deadline,
      NULL::timestamptz AS not_before, f.error, t.input_size, f.result_size, f.late,
      f.run_ns, t.seq
    FROM final f JOIN task t ON t.seq = f.seq JOIN lane l ON l.id = t.lane JOIN kind k ON k.id = l.kind
    """

  /// Where a task's sequence number stands in these columns.
  static let sequence = 22

  static func record(_ row: PostgresRow) throws -> TaskRecord {
    TaskRecord(
      id: TaskID(trusted: row.text(0)), kind: row.text(1), state: try state(row, 2, of: row.text(0)),
      priority: Int16(truncatingIfNeeded: row.int(3)), needs: needs(row, 4), labels: try labels(row.optionalText(7)),
      failures: Int(row.int(8)), handouts: Int(row.int(9)), maxAttempts: Int(row.int(10)),
      worker: row.optionalText(11) ?? "", submitted: row.time(12), started: row.optionalTime(13),
      finished: row.optionalTime(14), deadline: row.optionalTime(15), notBefore: row.optionalTime(16),
      error: row.optionalText(17) ?? "", inputSize: Int(row.int(18)), resultSize: Int(row.int(19)), late: row.bool(20),
      runNanoseconds: UInt64(clamping: row.int(21)))
  }

  static func state(_ row: PostgresRow, _ column: Int, of id: String) throws -> TaskState {
    guard let state = TaskState(rawValue: UInt8(truncatingIfNeeded: row.int(column))) else {
      throw StoreError(.corrupt, "task '\(id)' in the store has a state that does not exist")
    }
    return state
  }

  /// Slots, memory and GPUs from three columns that follow each other.
  static func needs(_ row: PostgresRow, _ column: Int) -> Needs {
    Needs(
      slots: UInt16(clamping: row.int(column)), memory: UInt64(bitPattern: row.int(column + 1)),
      gpus: UInt16(clamping: row.int(column + 2)))
  }

  private static func labels(_ json: String?) throws -> [String: String] {
    guard let json else { return [:] }
    return LabelText.read(try JSONDecoder().decode([String: String].self, from: Data(json.utf8)))
  }
}

extension Token {
  /// From its two halves as they are stored.
  init(storedEpoch epoch: Int64, key: Int64) {
    self.init(epoch: UInt64(bitPattern: epoch), number: UInt64(bitPattern: key))
  }

  var storedEpoch: Int64 { Int64(bitPattern: epoch) }
  /// The key of this attempt's result, log and record.
  var key: Int64 { Int64(bitPattern: number) }
}

extension String {
  /// No text of the database has a zero byte, so nothing there has such a name.
  var canBeStored: Bool { !utf8.contains(0) }
}
