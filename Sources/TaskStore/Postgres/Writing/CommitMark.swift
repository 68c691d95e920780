import PostgreSQL

/// What a writer leaves behind with each of its commits, and by which it finds out what became of one whose answer was lost.
///
/// The server's own number of a transaction does not do for that: after a crash, numbers that had not come to the disk are
/// given to other transactions, and the lost one would be taken for committed because another was.
struct CommitMark: Sendable {
  private let writer = Int64.random(in: 1...Int64.max)

  /// Leaves a mark in the transaction that is open, unless that has changed nothing.
  ///
  /// - Returns: the mark; nil if there is nothing that could be lost.
  func leave(_ db: PostgresSession) throws -> Int64? {
    let mark = Int64.random(in: 1...Int64.max)
    let left = try db.change(
      """
      INSERT INTO writer (id, mark, changed) SELECT $1, $2, clock() WHERE pg_current_xact_id_if_assigned() IS NOT NULL
      ON CONFLICT (id) DO UPDATE SET mark = excluded.mark, changed = excluded.changed
      """, [.int(writer), .int(mark)])
    return left == 1 ? mark : nil
  }

  /// Whether the writer's last transaction was the one with this mark, and was committed.
  ///
  /// The server may still be at work at it, for a cut connection is not noticed during a commit: this waits for its end by
  /// changing the same row.
  func isLast(_ mark: Int64, _ db: PostgresSession) throws -> Bool {
    try db.rows(
      """
      INSERT INTO writer (id, mark, changed) VALUES ($1, 0, clock())
      ON CONFLICT (id) DO UPDATE SET changed = excluded.changed RETURNING mark
      """, [.int(writer)]
    ).first?.int(0) == mark
  }

  /// Deletes the marks of coordinators that ended long ago.
  static func sweep(_ db: PostgresSession) throws {
    try db.change("DELETE FROM writer WHERE changed < clock() - interval '7 days'", [])
  }

  func remove(_ db: PostgresSession) throws { try db.change("DELETE FROM writer WHERE id = $1", [.int(writer)]) }
}
