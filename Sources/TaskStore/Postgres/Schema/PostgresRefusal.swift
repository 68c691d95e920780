import PostgreSQL

/// What a failure to make or migrate the schema means to the operator.
enum PostgresRefusal {
  /// - Returns: nil if it has nothing to do with the schema.
  static func error(for error: PostgresError, schema: String, _ db: PostgresSession) -> StoreError? {
    let details = ["schema": schema, "sql_state": error.sqlState ?? ""]
    switch error.sqlState {
    // insufficient_privilege
    case "42501":
      return StoreError(.unusable, missingRight(schema, db), details: details, cause: error)
    // undefined_column, duplicate_table, duplicate_object, duplicate_function
    case "42703", "42P07", "42710", "42723":
      return StoreError(
        .unusable,
        "the schema '\(schema)' holds tables that are not muster's; let muster have a schema of its own",
        details: details, cause: error)
    // read_only_sql_transaction
    case "25006":
      return StoreError(
        .readOnly,
        "the database takes no changes (read-only transactions are set); name the primary server, or allow writing",
        details: details, cause: error)
    default: return nil
    }
  }

  /// Names the statement that gives the role what it lacks.
  private static func missingRight(_ schema: String, _ db: PostgresSession) -> String {
    let row = try? db.rows(
      """
      SELECT current_user::text, current_database()::text,
        EXISTS (SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1),
        coalesce((SELECT has_schema_privilege(oid, 'CREATE') AND has_schema_privilege(oid, 'USAGE')
          FROM pg_catalog.pg_namespace WHERE nspname = $1), false)
      """, [.text(schema)]
    ).first
    guard let row else { return "the role lacks a right in the database that holds the schema '\(schema)'" }
    let role = PostgresSchema.quoted(row.text(0))
    let name = PostgresSchema.quoted(schema)
    if !row.bool(2) {
      return
        "the role \(role) may not make the schema '\(schema)' in the database '\(row.text(1))'; let the database's owner run: GRANT CREATE ON DATABASE \(PostgresSchema.quoted(row.text(1))) TO \(role)"
    }
    if !row.bool(3) {
      return
        "the role \(role) may not work in the schema '\(schema)'; let its owner run: GRANT USAGE, CREATE ON SCHEMA \(name) TO \(role)"
    }
    return
      "the tables in the schema '\(schema)' belong to a role whose rights \(role) lacks; connect as the role that made them, or let that one run: GRANT ALL ON ALL TABLES IN SCHEMA \(name) TO \(role); GRANT ALL ON ALL SEQUENCES IN SCHEMA \(name) TO \(role)"
  }
}
