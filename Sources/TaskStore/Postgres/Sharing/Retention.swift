import PostgreSQL

/// Deletes tasks that ended long ago, a few at a time.
enum Retention {
  /// - Parameters:
  ///   - keep: milliseconds for each of `kinds`.
  ///   - others: milliseconds for kinds that are not named.
  static func delete(
    limit: Int, kinds: [String], keep: [Int64], others: Int64, outer: (any OuterTable)?, _ db: PostgresSession
  ) throws -> Int {
    try db.run("BEGIN ISOLATION LEVEL READ COMMITTED")
    do {
      var deleted = 0
      for kind in try db.rows("SELECT id, name FROM kind ORDER BY id", []) where deleted < limit {
        let kept = kinds.firstIndex(of: kind.text(1)).map { keep[$0] } ?? others
        deleted += try delete(kind: kind.int(0), keep: kept, limit: limit - deleted, outer: outer, db)
      }
      try db.run("COMMIT")
      return deleted
    } catch {
      try? db.run("ROLLBACK")
      throw error
    }
  }

  private static func delete(
    kind: Int64, keep: Int64, limit: Int, outer: (any OuterTable)?, _ db: PostgresSession
  ) throws -> Int {
    let tasks = try db.rows(
      """
      DELETE FROM final WHERE seq IN (
        SELECT f.seq FROM final f WHERE f.kind = $1
          AND f.finished < (SELECT clock() - $2::int8 * interval '1 millisecond')
          AND NOT EXISTS (SELECT FROM dependency d JOIN live l ON l.seq = d.task WHERE d.needs = f.seq)
          AND \(outer?.mayExpire ?? "true")
        ORDER BY f.finished LIMIT $3 FOR UPDATE SKIP LOCKED) RETURNING seq
      """, [.int4(Int32(truncatingIfNeeded: kind)), .int(keep), .int(Int64(limit))]
    ).map { $0.int(0) }
    try deleteRest(of: tasks, outer: outer, db)
    return tasks.count
  }

  /// Deletes these tasks if they are final; in a transaction.
  static func deleteFinal(_ tasks: [Int64], outer: (any OuterTable)?, _ db: PostgresSession) throws {
    let gone = try db.rows("DELETE FROM final WHERE seq = ANY ($1) RETURNING seq", [.ints(tasks)]).map { $0.int(0) }
    try deleteRest(of: gone, outer: outer, db)
  }

  private static func deleteRest(of tasks: [Int64], outer: (any OuterTable)?, _ db: PostgresSession) throws {
    if tasks.isEmpty { return }
    for table in ["attempt", "log", "verification"] {
      try db.change(
        """
        DELETE FROM \(table) a USING unnest($1::int8[]) AS u(seq) WHERE a.key >= u.seq << 20 AND a.key < (u.seq + 1) << 20
        """, [.ints(tasks)])
    }
    try db.change("DELETE FROM dependency WHERE task = ANY ($1)", [.ints(tasks)])
    try db.change("DELETE FROM dependency WHERE needs = ANY ($1)", [.ints(tasks)])
    try db.change("DELETE FROM task WHERE seq = ANY ($1)", [.ints(tasks)])
    try outer?.forget(tasks, db)
  }
}
