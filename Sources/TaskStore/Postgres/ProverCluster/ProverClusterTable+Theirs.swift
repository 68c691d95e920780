import PostgreSQL

extension ProverClusterTable {
  /// Runs a statement that writes to the table as its own programs would.
  ///
  /// A trigger of theirs finds the tables and functions that it names without a schema, and writes times in UTC, as the
  /// original's programs do. What is read or written of ours besides must be named with its schema.
  ///
  /// In a savepoint: an error that `refusing` accepts undoes the statement alone, and is returned. Others are thrown.
  func amongTheirs(
    _ db: PostgresSession, refusing: (PostgresError) -> Bool,
    _ statement: () throws(PostgresError) -> PostgresRows
  ) throws(PostgresError) -> Result<PostgresRows, PostgresError> {
    try db.run("SAVEPOINT outer_table; \(enter(shape.searchPath)), set_config('TimeZone', 'UTC', true)")
    let rows: PostgresRows
    do throws(PostgresError) {
      rows = try statement()
    } catch {
      guard refusing(error) else { throw error }
      // The settings go back with the rest.
      try db.run("ROLLBACK TO SAVEPOINT outer_table; RELEASE SAVEPOINT outer_table")
      return .failure(error)
    }
    try db.run("RELEASE SAVEPOINT outer_table; \(enter("\(PostgresSchema.quoted(schema)), pg_temp"))")
    return .success(rows)
  }

  private func enter(_ path: String) -> String {
    "SELECT set_config('search_path', '\(path.replacing("'", with: "''"))', true)"
  }
}
