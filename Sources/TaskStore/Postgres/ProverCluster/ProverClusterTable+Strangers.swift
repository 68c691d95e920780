import MusterCore
import PostgreSQL

/// A row that is `proving` and that no coordinator of ours marked.
public struct StrangerRow: Sendable, Hashable {
  public var id: String
  public var circuit: String
  public var block: Int64
  public var prover: String
  /// When it was last written, as its trigger says; the original's column has no time zone, and UTC is what its programs use.
  public var updated: Timestamp
}

extension ProverClusterTable {
  private var isStranger: String {
    """
    r.status = 'proving' AND NOT EXISTS (
      SELECT FROM \(known) o WHERE r.task_id = \(key) AND o.stands IN (1, 4) AND r.prover_id COLLATE "C" = o.prover)
    """
  }

  /// `$1` in milliseconds, on the database's clock. Nothing is asked of the time if it is 0: the column's is rounded to a
  /// second, up or down.
  private var isOld: String {
    let clock = "\(PostgresSchema.quoted(schema)).clock()"
    let now = shape.updatedWithZone ? "(SELECT \(clock))" : "(SELECT \(clock) AT TIME ZONE 'UTC')"
    return "($1::int8 = 0 OR r.updated_time <= \(now) - $1::int8 * interval '1 millisecond')"
  }

  /// Rows that are `proving` without our doing, oldest first: another coordinator's, or left by one that is gone.
  ///
  /// They are left alone; a person may ``adopt(_:olderThan:)`` them.
  func strangers(
    _ db: PostgresSession, olderThan age: Duration = .zero, limit: Int = 100
  ) throws -> (rows: [StrangerRow], count: Int) {
    let rows = try db.rows(
      """
      SELECT r.task_id::text, r.circuit::text, r.block_id, coalesce(r.prover_id::text, ''), r.updated_time,
        count(*) OVER ()
      FROM \(table) r WHERE \(isStranger) AND \(isOld) ORDER BY r.updated_time, r.task_id LIMIT $2
      """, [.int(age.wholeMilliseconds), .int(Int64(limit))])
    let strangers = rows.map { row in
      StrangerRow(
        id: row.text(0), circuit: row.text(1), block: row.int(2), prover: row.text(3), updated: row.time(4))
    }
    return (strangers, Int(rows.first?.int(5) ?? 0))
  }

  /// Sets those rows back to `inited`, so that they are proved here. A row that its program writes to at this moment is its
  /// own. In a transaction.
  ///
  /// - Returns: how many.
  func adopt(_ db: PostgresSession, olderThan age: Duration) throws -> Int {
    let adopted = try amongTheirs(db, refusing: { _ in false }) { () throws(PostgresError) in
      try db.rows(
        """
        WITH old AS MATERIALIZED (
          SELECT r.task_id FROM \(table) r WHERE \(isStranger) AND \(isOld) FOR UPDATE OF r SKIP LOCKED)
        UPDATE \(table) r SET status = 'inited' FROM old WHERE r.task_id = old.task_id
        """, [.int(age.wholeMilliseconds)])
    }
    return try adopted.get().affected
  }

  /// The statement with which a person may make the looks cheap; nil if there is a usable index already.
  func advice(_ db: PostgresSession) throws -> String? {
    let usable = try db.rows(
      """
      SELECT 1 FROM pg_catalog.pg_index i JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
      WHERE i.indrelid = $1::text::regclass AND i.indisvalid
        AND (a.attname = 'status' AND i.indpred IS NULL
          OR a.attname IN ('status', 'block_id') AND pg_get_expr(i.indpred, i.indrelid) ~ 'status = ''inited''')
      LIMIT 1
      """, [.text(table)])
    return usable.isEmpty ? "CREATE INDEX CONCURRENTLY task_status_block_id ON \(table) (status, block_id)" : nil
  }
}
