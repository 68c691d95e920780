import PostgreSQL

extension ProverClusterTable {
  /// Finds the table as a program of the prover cluster would: by the connection's own search_path.
  ///
  /// - Parameters:
  ///   - schema: Muster's own, which has a `task` too; passed over, whatever the search_path says.
  ///   - maxInput: bytes of JSON text.
  /// - Throws: ``StoreError`` `unusable` with one sentence: there is none, it has another shape, or this role may not use it.
  static func locate(
    _ db: PostgresSession, schema: String = "muster", latestFirst: Bool = false, maxInput: Int = 16 << 20
  ) throws -> ProverClusterTable {
    let found = try db.rows(
      """
      SELECT c.oid, n.nspname::text, c.relkind::text, current_setting('search_path'),
        coalesce(has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'UPDATE'), false)
          OR coalesce(bool_and(has_column_privilege(c.oid, w.name, 'SELECT'))
            AND bool_and(has_column_privilege(c.oid, w.name, 'UPDATE'))
              FILTER (WHERE w.name IN ('status', 'prover_id', 'proof', 'public_input')), false),
        current_user::text
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN (SELECT a.attrelid, a.attname AS name FROM pg_catalog.pg_attribute a
        WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attname = ANY ($1::text[])) w ON w.attrelid = c.oid
      WHERE c.relname = 'task' AND n.nspname = ANY (current_schemas(false)) AND n.nspname <> $2
        AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
      GROUP BY c.oid, n.nspname, c.relkind
      ORDER BY array_position(current_schemas(false), n.nspname) LIMIT 1
      """, [.texts(columns.map(\.name)), .text(schema)])
    guard let row = found.first else { throw try missing(db, schema) }
    let name = "\(row.text(1)).task"
    guard ["r", "p"].contains(row.text(2)) else {
      throw StoreError(
        .unusable,
        "'\(name)' is a view or a foreign table, and muster needs the prover cluster's own table, whose rows it locks; name the database and, as search_path, the schema that has it"
      )
    }
    let shape = try read(row.int(0), schema: row.text(1), searchPath: row.text(3), db)
    guard row.bool(4) else {
      throw StoreError(
        .unusable,
        "the role '\(row.text(5))' may not read and update the table '\(name)'; run as its owner: GRANT SELECT, INSERT, UPDATE ON \(shape.table) TO \(PostgresSchema.quoted(row.text(5)))"
      )
    }
    return ProverClusterTable(shape: shape, schema: schema, latestFirst: latestFirst, maxInput: maxInput)
  }

  private static func missing(_ db: PostgresSession, _ schema: String) throws -> StoreError {
    let row = try db.rows(
      """
      SELECT current_database()::text, array_to_string(current_schemas(false), ', '), (
        SELECT string_agg(n.nspname, ', ' ORDER BY n.nspname) FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relname = 'task' AND c.relkind IN ('r', 'p') AND n.nspname <> $1)
      """, [.text(schema)]
    ).first
    let database = row?.text(0) ?? ""
    let path = row?.optionalText(1) ?? ""
    if let others = row?.optionalText(2) {
      return StoreError(
        .unusable,
        "the database '\(database)' has no table 'task' in the schemas that were searched (\(path.isEmpty ? "none" : path)), but one in \(others); add options=-csearch_path=SCHEMA to the address"
      )
    }
    return StoreError(
      .unusable,
      "the database '\(database)' has no table 'task' (schemas searched: \(path.isEmpty ? "none" : path)); name the prover cluster's database, or let its migrations make the table first"
    )
  }

  // MARK: The shape

  /// What is needed: a column, and the types of it that will do.
  static let columns: [(name: String, types: [String])] = [
    ("task_id", ["varchar", "text"]), ("circuit", ["varchar", "text"]), ("block_id", ["int8"]), ("input", ["jsonb"]),
    ("output", ["jsonb"]), ("public_input", ["bytea"]), ("proof", ["bytea"]), ("status", []),
    ("prover_id", ["varchar", "text"]), ("created_time", ["timestamp", "timestamptz"]),
    ("updated_time", ["timestamp", "timestamptz"]),
  ]

  private static let statuses = ["inited", "proving", "proved"]

  private static func read(
    _ oid: Int64, schema: String, searchPath: String, _ db: PostgresSession
  ) throws -> ProverClusterShape {
    let rows = try db.rows(
      """
      SELECT a.attname::text, t.typname::text, CASE WHEN t.typname = 'varchar' AND a.atttypmod > 4 THEN a.atttypmod - 4 END,
        CASE WHEN a.attcollation NOT IN (0, d.oid) THEN
          format(' COLLATE %I.%I', cn.nspname, co.collname) ELSE '' END,
        ARRAY(SELECT e.enumlabel::text FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder),
        EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = a.attrelid AND i.indisunique AND i.indisvalid
          AND i.indpred IS NULL AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum)
      FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
      LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation
      LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
      LEFT JOIN pg_catalog.pg_collation d ON d.collname = 'default'
      WHERE a.attrelid = $1::int8::oid AND a.attnum > 0 AND NOT a.attisdropped
      """, [.int(oid)])
    let found = Dictionary(rows.map { ($0.text(0), $0) }, uniquingKeysWith: { first, _ in first })
    var wrong: [String] = []
    for column in columns {
      guard let row = found[column.name] else {
        wrong.append("column '\(column.name)' is missing")
        continue
      }
      if column.name == "status" {
        let absent = statuses.filter { !row.texts(4).contains($0) }
        if !absent.isEmpty {
          wrong.append("column 'status' (\(row.text(1))) does not have the values \(absent.joined(separator: ", "))")
        }
      } else if !column.types.contains(row.text(1)) {
        wrong.append(
          "column '\(column.name)' is of type \(row.text(1)) instead of \(column.types.joined(separator: " or "))")
      }
    }
    if let id = found["task_id"], !id.bool(5) { wrong.append("'task_id' is not its primary key") }
    if !wrong.isEmpty {
      throw StoreError(
        .unusable,
        "the table '\(schema).task' is not the prover cluster's: \(wrong.joined(separator: "; ")); name the prover cluster's database, or bring its table up to date with its own migrations"
      )
    }
    var limits: [String: Int] = [:]
    for (name, row) in found { limits[name] = row.optionalInt(2).map { Int($0) } }
    return ProverClusterShape(
      table: "\(PostgresSchema.quoted(schema)).task", name: "\(schema).task", limits: limits,
      collation: found["task_id"]?.text(3) ?? "", searchPath: searchPath,
      updatedWithZone: found["updated_time"]?.text(1) == "timestamptz")
  }
}
