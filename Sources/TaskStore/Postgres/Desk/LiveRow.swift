import Foundation
import MusterCore
import PostgreSQL
import TaskModel

/// An unfinished task as its locked row says, with its life ready to take an event.
struct LiveRow {
  let task: Int64
  let id: String
  let lane: Int32
  var life: TaskLife
  let worker: String?
  let coordinator: Int64?
  let forgiven: Int64
  var failedOn: [String]
  let handed: Timestamp?
  let error: String?

  /// The columns that ``init(_:)`` reads, of `live l JOIN task t`.
  static let columns = """
    l.seq, t.id, l.lane, l.state, l.failures, l.handouts, l.epoch, l.worker, l.started, l.max_attempts, l.coordinator,
    l.forgiven, l.failed_on, l.handed, l.error
    """

  init?(_ row: PostgresRow) {
    guard let state = TaskState(rawValue: UInt8(truncatingIfNeeded: row.int(3))) else { return nil }
    task = row.int(0)
    id = row.text(1)
    lane = Int32(truncatingIfNeeded: row.int(2))
    let handouts = UInt32(truncatingIfNeeded: row.int(5))
    let token = row.optionalInt(6).map { Token(epoch: UInt64(bitPattern: $0), task: row.int(0), attempt: handouts) }
    life = TaskLife(
      state: state, token: token, started: row.bool(8), failures: UInt16(clamping: row.int(4)), handouts: handouts,
      maxAttempts: UInt16(clamping: row.int(9)))
    worker = row.optionalText(7)
    coordinator = row.optionalInt(10)
    forgiven = row.int(11)
    failedOn = row.isNull(12) ? [] : row.texts(12)
    handed = row.optionalTime(13)
    error = row.optionalText(14)
  }

  /// Reads and locks a task's row until the end of the transaction; nil if it is not unfinished.
  static func lock(_ task: Int64, _ db: PostgresSession) throws -> LiveRow? {
    try db.rows(
      "SELECT \(columns) FROM live l JOIN task t ON t.seq = l.seq WHERE l.seq = $1 FOR UPDATE OF l", [.int(task)]
    ).first.flatMap { LiveRow($0) }
  }
}
