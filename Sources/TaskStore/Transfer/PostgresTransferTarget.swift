import MusterCore
import PostgreSQL

/// A PostgreSQL store that is filled, in one transaction.
struct PostgresTransferTarget: TransferTarget {
  private let hold: PostgresTransferHold
  private let writer: PostgresTransferWriter

  static func open(
    _ target: PostgresTarget, schema: String, build: String,
    leases: @escaping @Sendable (_ worker: String, _ kind: String) -> Duration?
  ) async throws -> PostgresTransferTarget {
    let hold = try await PostgresTransferHold.open(target, schema: schema, build: build, making: true)
    do {
      try await hold.perform { db in try checkIsEmpty(hold.place, db) }
    } catch {
      await hold.connection.close()
      throw error
    }
    return PostgresTransferTarget(hold: hold, writer: PostgresTransferWriter(leases: leases))
  }

  /// Whether a store could be filled there; makes nothing.
  static func check(_ target: PostgresTarget, schema: String, build: String) async throws {
    let place = "PostgreSQL at \(target.redacted)"
    let isThere: Bool
    do {
      let connection = try await PostgresConnection.open(target, name: "muster coordinator migrate")
      do {
        isThere = try await connection.perform { db in try PostgresTransferHold.isThere(schema, db) }
        await connection.close()
      } catch {
        await connection.close()
        throw error
      }
    } catch {
      throw StoreError.from(postgres: error, summary: place)
    }
    guard isThere else { return }
    let hold = try await PostgresTransferHold.open(target, schema: schema, build: build, making: false)
    let result: Result<Void, any Error>
    do {
      result = .success(try await hold.perform { db in try checkIsEmpty(place, db) })
    } catch {
      result = .failure(error)
    }
    await hold.connection.close()
    try result.get()
  }

  private static func checkIsEmpty(_ place: String, _ db: PostgresSession) throws {
    let tasks = try db.rows("SELECT count(*) FROM task").first?.int(0) ?? 0
    guard tasks > 0 else { return }
    throw StoreError(
      .unusable,
      "the \(place) holds \(tasks) tasks already, and only an empty store can be filled; name another database",
      details: ["tasks": String(tasks)])
  }

  func take(id: String) async throws {
    try await hold.perform { db in _ = try db.change("UPDATE store SET id = $1", [.text(id)]) }
  }

  func write(_ rows: [TransferRow], of part: TransferPart) async throws {
    try await hold.perform { [writer] db in try writer.write(rows, of: part, db) }
  }

  func rows(_ part: TransferPart, after cursor: TransferCursor) async throws -> [TransferRow] {
    try await hold.perform { db in try PostgresTransferReader.rows(part, after: cursor, db) }
  }

  func complete() async throws {
    try await hold.perform { db in
      let lanes = try db.rows("SELECT count(*) FROM lane").first?.int(0) ?? 0
      if lanes > LaneTable.mostLanes {
        throw StoreError(
          .unusable,
          "the tasks have \(lanes) different combinations of kind, priority and needs, and a PostgreSQL store takes \(LaneTable.mostLanes)"
        )
      }
      _ = try db.rows("SELECT setval('task_seq', greatest((SELECT max(seq) FROM task), 1), EXISTS (SELECT FROM task))")
      // One that waits for nothing would be waited for forever: here, only what has a moment is looked at again.
      try db.change(
        """
        UPDATE live l SET not_before = clock_timestamp() WHERE state = 0 AND not_before IS NULL
          AND NOT EXISTS (SELECT FROM dependency d JOIN live n ON n.seq = d.needs WHERE d.task = l.seq)
          AND NOT EXISTS (SELECT FROM dependency d JOIN final n ON n.seq = d.needs AND n.state <> 4 WHERE d.task = l.seq)
        """)
      try db.run("COMMIT")
      // The first claims must not be planned for empty tables.
      for table in PostgresTransferHold.tables + ["lane", "kind"] { try db.run("ANALYZE \(table)") }
    }
  }

  func close() async { await hold.connection.close() }
}
