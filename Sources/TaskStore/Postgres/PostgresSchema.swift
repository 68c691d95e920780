import Foundation
import PostgreSQL

/// The schema of the PostgreSQL store: makes it, brings it up to date, and refuses one that a later program made.
///
/// Several coordinators of different versions may start over one database at a time. A migration is applied by the first
/// that comes, under an advisory lock; the version row that it leaves says which programs can still work with the tables.
enum PostgresSchema {
  /// The oldest server whose statements and table settings are used here.
  private static let oldestServer = 130_000

  /// Makes the schema if it is missing, applies the migrations that are missing, and enters it.
  ///
  /// - Parameters:
  ///   - schema: its name, as it is; quoted here.
  ///   - build: the version of this program, for the version table.
  ///   - migrations: all that this program knows, in order; tests give others.
  /// - Throws: ``StoreError`` with one sentence: a later program's tables (`newer`), a standby (`readOnly`), or a server,
  ///   database or role with which it cannot work (`unusable`). `PostgresError` for everything else.
  static func prepare(
    _ db: PostgresSession, schema: String, build: String, migrations: [PostgresMigration] = PostgresMigration.all
  ) throws {
    do {
      try checkServer(db)
      // Without the lock first: a role that may only work in a schema that somebody else made is refused nothing here.
      while try !isUpToDate(db, schema, migrations) { try migrateOnce(db, schema, build, migrations) }
      try enter(db, schema: schema)
    } catch let error as PostgresError {
      throw PostgresRefusal.error(for: error, schema: schema, db) ?? error
    }
  }

  /// Lets a connection that was just opened see the schema's tables, functions and types by their bare names.
  ///
  /// The just-in-time compiler is turned off: a plan with a wrong estimate would be compiled for longer than it runs.
  ///
  /// - Parameter toRead: the connection is for people's questions. They are planned anew each time, because a kind may
  ///   have ten tasks or ten million; they take one process each, so that a status page leaves the other cores to the
  ///   hand-outs; and an index is preferred to reading a whole table with its inputs and results.
  static func enter(_ db: PostgresSession, schema: String, toRead: Bool = false) throws {
    try db.run("SET search_path = \(quoted(schema)), pg_temp; SET jit = off")
    if toRead {
      try db.run(
        """
        SET plan_cache_mode = force_custom_plan; SET max_parallel_workers_per_gather = 0; SET random_page_cost = 1.1
        """)
    }
  }

  /// The store's id, of a connection that has entered the schema.
  static func id(_ db: PostgresSession) throws -> String {
    guard let id = try db.rows("SELECT id FROM store", []).first?.text(0) else {
      throw StoreError(.corrupt, "the store has lost its id; restore its table 'store' from a backup")
    }
    return id
  }

  /// An identifier as it stands in SQL, whatever is in it.
  static func quoted(_ name: String) -> String { "\"\(name.replacing("\"", with: "\"\""))\"" }

  // MARK: Migrating

  /// Whether no migration is missing.
  private static func isUpToDate(
    _ db: PostgresSession, _ schema: String, _ migrations: [PostgresMigration]
  ) throws -> Bool {
    let number = migrations.last?.number ?? 0
    guard try exists(table: "version", db, schema) else { return false }
    let rows = try db.rows(
      "SELECT number, compatible FROM \(quoted(schema)).version ORDER BY number DESC LIMIT 1", [])
    guard let newest = rows.first else { return false }
    let (found, compatible) = (newest.int(0), newest.int(1))
    guard compatible <= number else {
      throw StoreError(
        .newer,
        "the tables in schema '\(schema)' have version \(found) and need a program for version \(compatible) or later, but this one is for version \(number); use a later version of muster",
        details: ["schema": schema, "found": "\(found)", "compatible": "\(compatible)", "supported": "\(number)"])
    }
    return found >= number
  }

  /// Applies the first migration that is missing, in one transaction with its version row.
  private static func migrateOnce(
    _ db: PostgresSession, _ schema: String, _ build: String, _ migrations: [PostgresMigration]
  ) throws {
    try db.run("BEGIN")
    do {
      _ = try db.rows("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))::text", [.text("muster schema \(schema)")])
      // Another coordinator may have done it while this one waited for the lock.
      var applied = 0
      if try exists(table: "version", db, schema) {
        applied = Int(
          try db.rows("SELECT coalesce(max(number), 0) FROM \(quoted(schema)).version", []).first?.int(0) ?? 0)
      } else if try !exists(db, schema) {
        try db.run("CREATE SCHEMA \(quoted(schema))")
      }
      if let migration = migrations.first(where: { $0.number > applied }) {
        try db.run("SET LOCAL search_path = \(quoted(schema)), pg_temp")
        try db.run(migration.statements)
        try db.change(
          "INSERT INTO \(quoted(schema)).version (number, applied, build, compatible) VALUES ($1, clock_timestamp(), $2, $3)",
          [.int4(Int32(migration.number)), .text(build), .int4(Int32(migration.compatible))])
      }
      try db.run("COMMIT")
    } catch {
      try? db.run("ROLLBACK")
      throw error
    }
  }

  /// Asked of the catalogue, which everybody may read; a name that is resolved needs rights on the schema.
  private static func exists(_ db: PostgresSession, _ schema: String) throws -> Bool {
    try !db.rows("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1", [.text(schema)]).isEmpty
  }

  private static func exists(table: String, _ db: PostgresSession, _ schema: String) throws -> Bool {
    try !db.rows(
      """
      SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relname = $2
      """, [.text(schema), .text(table)]
    ).isEmpty
  }

  private static func checkServer(_ db: PostgresSession) throws {
    let row = try db.rows(
      """
      SELECT current_setting('server_version_num')::int4, current_setting('server_version'),
        current_setting('server_encoding'), current_database()::text, pg_is_in_recovery()
      """, []
    ).first
    guard let row else { return }
    let database = row.text(3)
    if row.int(0) < oldestServer {
      throw StoreError(
        .unusable,
        "the server is PostgreSQL \(row.text(1)), and muster needs version \(oldestServer / 10_000) or later; upgrade the server, or name another"
      )
    }
    if row.text(2) != "UTF8" {
      throw StoreError(
        .unusable,
        "the database '\(database)' has the encoding \(row.text(2)), and muster needs UTF8; make another with 'createdb --encoding UTF8 --template template0 NAME' and name that"
      )
    }
    if row.bool(4) {
      throw StoreError(
        .readOnly,
        "the server of the database '\(database)' is a standby, on which nothing can be written; name the primary server, or list all of them and add target_session_attrs=read-write"
      )
    }
  }
}
