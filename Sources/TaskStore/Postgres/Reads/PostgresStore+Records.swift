import Foundation
import MusterCore
import PostgreSQL
import TaskModel

/// One task by its id: its record, its payloads, its attempts, its log.
extension PostgresStore {
  public func record(_ id: TaskID) async throws -> (
    task: TaskRecord, dependsOn: [TaskID], attempts: [AttemptRecord]
  )? {
    try await read { db in
      // Both in one statement: between two of them the task could come to its end and be found by neither.
      let found = try db.rows(
        """
        \(PostgresRecord.live) WHERE t.id = $1 UNION ALL \(PostgresRecord.final) WHERE t.id = $1
        """, [.text(id.text)]
      ).first
      guard let found else { return nil }
      let task = found.int(PostgresRecord.sequence)
      let keys = Schema.keys(of: task)
      let dependencies = try db.rows(
        "SELECT n.id FROM dependency d JOIN task n ON n.seq = d.needs WHERE d.task = $1 ORDER BY n.seq", [.int(task)])
      let attempts = try db.rows(
        """
        SELECT key, worker, outcome, error, started, ended FROM attempt WHERE key >= $1 AND key < $2 ORDER BY key
        """, [.int(keys.first), .int(keys.end)]
      ).map { row in
        AttemptRecord(
          number: Int(row.int(0) - keys.first), worker: row.text(1), outcome: row.text(2), error: row.text(3),
          started: row.optionalTime(4), ended: row.time(5))
      }
      return (try PostgresRecord.record(found), dependencies.map { TaskID(trusted: $0.text(0)) }, attempts)
    }
  }

  public func ends(of ids: [TaskID]) async throws -> [TaskID: EndedTask?] {
    if ids.isEmpty { return [:] }
    return try await read { db in
      let rows = try db.rows(
        """
        SELECT t.id, k.name, f.state, CASE WHEN f.state = 4 AND f.result_size <= $2 THEN f.result END, f.result_size,
          f.error, f.handouts, f.worker, f.late, f.run_ns
        FROM task t LEFT JOIN final f ON f.seq = t.seq LEFT JOIN kind k ON k.id = f.kind WHERE t.id = ANY ($1)
        """, [.texts(ids.map(\.text)), .int4(Int32(EndedTask.largestInlineResult))])
      var ends: [TaskID: EndedTask?] = [:]
      ends.reserveCapacity(rows.count)
      for row in rows {
        let id = TaskID(trusted: row.text(0))
        // Without a row in `final` it is not at its end.
        guard !row.isNull(2) else {
          ends[id] = .some(nil)
          continue
        }
        let state = try PostgresRecord.state(row, 2, of: id.text)
        let size = Int(row.int(4))
        let isInline = state == .done && size <= EndedTask.largestInlineResult
        ends[id] = EndedTask(
          id: id, kind: row.text(1), state: state, result: isInline ? row.optionalBytes(3) ?? Data() : nil,
          resultSize: size, error: row.optionalText(5) ?? "", attempts: UInt32(clamping: row.int(6)),
          worker: row.optionalText(7) ?? "", late: row.bool(8), runNanoseconds: UInt64(clamping: row.int(9)))
      }
      return ends
    }
  }

  public func input(of id: TaskID) async throws -> Payload? {
    try await read { db in
      try db.rows("SELECT input FROM task WHERE id = $1", [.text(id.text)]).first.map {
        .bytes($0.optionalBytes(0) ?? Data())
      }
    }
  }

  public func result(of id: TaskID) async throws -> Payload? {
    try await read { db in
      try db.rows(
        "SELECT f.result FROM task t JOIN final f ON f.seq = t.seq WHERE t.id = $1 AND f.state = 4", [.text(id.text)]
      ).first.map { .bytes($0.optionalBytes(0) ?? Data()) }
    }
  }

  public func payloads(of token: Token) async throws -> (input: Payload, result: Payload)? {
    try await read { db in
      let row = try db.rows(
        """
        SELECT t.input, v.result FROM task t LEFT JOIN verification v ON v.key = $2 AND v.epoch = $3 WHERE t.seq = $1
        """, [.int(token.task), .int(token.key), .int(token.storedEpoch)]
      ).first
      return row.map { (.bytes($0.optionalBytes(0) ?? Data()), .bytes($0.optionalBytes(1) ?? Data())) }
    }
  }

  public func attempt(of id: TaskID, by worker: String) async throws -> Token? {
    guard worker.canBeStored else { return nil }
    return try await read { db in
      let row = try db.rows(
        """
        SELECT t.seq, coalesce(f.epoch, v.epoch), coalesce(f.handouts, v.handouts, 0), coalesce(f.worker, v.worker),
          coalesce(f.late, false), f.result_key
        FROM task t LEFT JOIN live v ON v.seq = t.seq LEFT JOIN final f ON f.seq = t.seq WHERE t.id = $1
        """, [.text(id.text)]
      ).first
      guard let row else { return nil }
      let task = row.int(0)
      // The worker of a late result is the task's, but the last hand-out was another's.
      let late = row.bool(4)
      if let epoch = row.optionalInt(1), row.optionalText(3) == worker, !late {
        return Token(
          epoch: UInt64(bitPattern: epoch), task: task, attempt: UInt32(truncatingIfNeeded: row.int(2)))
      }
      let keys = Schema.keys(of: task)
      return try db.rows(
        """
        SELECT key, epoch FROM attempt WHERE key >= $1 AND key < $2 AND worker = $3
        ORDER BY key = $4 DESC, key DESC LIMIT 1
        """, [.int(keys.first), .int(keys.end), .text(worker), .int(late ? row.optionalInt(5) ?? 0 : 0)]
      ).first.map { Token(storedEpoch: $0.int(1), key: $0.int(0)) }
    }
  }

  public func logs(of id: TaskID, attempt: Int?, after position: Int64) async throws -> [StoredLogPiece] {
    try await read { db in
      guard let task = try db.rows("SELECT seq FROM task WHERE id = $1", [.text(id.text)]).first?.int(0)
      else { return [] }
      let keys = Schema.keys(of: task)
      let newest =
        try attempt.map { keys.first + Int64($0) }
        ?? db.rows(
          "SELECT max(key) FROM log WHERE key >= $1 AND key < $2", [.int(keys.first), .int(keys.end)]
        ).first?.optionalInt(0)
      guard let newest else { return [] }
      return try db.rows(
        "SELECT position, bytes, dropped FROM log WHERE key = $1 AND position > $2 ORDER BY position LIMIT 256",
        [.int(newest), .int(position)]
      ).map {
        StoredLogPiece(
          attempt: Int(newest - keys.first), text: $0.bytes(1), dropped: UInt64(clamping: $0.int(2)),
          position: $0.int(0))
      }
    }
  }

  public func ids(of tasks: [Int64]) async throws -> [Int64: TaskID] {
    if tasks.isEmpty { return [:] }
    return try await read { db in
      let rows = try db.rows("SELECT seq, id FROM task WHERE seq = ANY ($1)", [.ints(tasks)])
      return Dictionary(rows.map { ($0.int(0), TaskID(trusted: $0.text(1))) }, uniquingKeysWith: { $1 })
    }
  }

  public func held(_ tasks: [Int64]) async throws -> [HeldTask] {
    if tasks.isEmpty { return [] }
    return try await read { db in
      try db.rows(
        """
        SELECT k.name, l.slots, CASE WHEN v.started THEN v.handed END FROM live v
        JOIN lane l ON l.id = v.lane JOIN kind k ON k.id = l.kind WHERE v.seq = ANY ($1) AND v.state = 2 ORDER BY v.seq
        """, [.ints(tasks)]
      ).map { HeldTask(kind: $0.text(0), slots: Int($0.int(1)), started: $0.optionalTime(2)) }
    }
  }
}
