import GRDB

/// The tables of the embedded store. A migration that has been released is never changed; a new one is added after it.
enum Schema {
  static let migrator: DatabaseMigrator = {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { db in
      try db.execute(sql: "PRAGMA application_id = \(mark)")
      try db.execute(
        sql: """
          CREATE TABLE kind (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
          -- `finished` and not `state` decides which rows the index of live tasks holds: it changes once in a task's life,
          -- so that handing a task out touches no index.
          CREATE TABLE task (
            seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind INTEGER NOT NULL, state INTEGER NOT NULL,
            priority INTEGER NOT NULL, slots INTEGER NOT NULL, memory INTEGER NOT NULL, gpus INTEGER NOT NULL,
            oversize INTEGER NOT NULL, max_attempts INTEGER NOT NULL, failures INTEGER NOT NULL DEFAULT 0,
            handouts INTEGER NOT NULL DEFAULT 0, epoch INTEGER, worker TEXT, running INTEGER NOT NULL DEFAULT 0,
            submitted INTEGER NOT NULL, not_before INTEGER, deadline INTEGER, started INTEGER, finished INTEGER,
            identity BLOB NOT NULL, labels TEXT, error TEXT, failed_by INTEGER, input_size INTEGER NOT NULL,
            result_size INTEGER NOT NULL DEFAULT 0, result_key INTEGER, late INTEGER NOT NULL DEFAULT 0,
            run_ns INTEGER NOT NULL DEFAULT 0,
            -- Hand-outs before the last retry: who failed those may have the task again.
            forgiven INTEGER NOT NULL DEFAULT 0);
          CREATE INDEX task_live ON task (seq) WHERE finished IS NULL;
          -- With the state, so that tasks are counted without reading them.
          CREATE INDEX task_finished ON task (kind, finished, state) WHERE finished IS NOT NULL;
          CREATE TABLE input (seq INTEGER PRIMARY KEY, bytes BLOB, file TEXT);
          -- Only payloads in files stand in these two: a file's owner is found without reading every payload.
          CREATE INDEX input_file ON input (file) WHERE file IS NOT NULL;
          -- The key of a result, a log piece and an attempt is its token's number: the task's sequence number and the attempt.
          CREATE TABLE result (key INTEGER PRIMARY KEY, bytes BLOB, file TEXT);
          CREATE INDEX result_file ON result (file) WHERE file IS NOT NULL;
          -- Results that wait for the verifier; none of a task that is final.
          CREATE TABLE verification (
            key INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, worker TEXT NOT NULL, late INTEGER NOT NULL, size INTEGER NOT NULL,
            run_ns INTEGER NOT NULL);
          CREATE TABLE attempt (
            key INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, worker TEXT NOT NULL, outcome TEXT NOT NULL, error TEXT NOT NULL,
            started INTEGER, ended INTEGER NOT NULL);
          CREATE TABLE dependency (task INTEGER NOT NULL, needs INTEGER NOT NULL, PRIMARY KEY (task, needs)) WITHOUT ROWID;
          CREATE INDEX dependency_needs ON dependency (needs);
          CREATE TABLE log (position INTEGER PRIMARY KEY, key INTEGER NOT NULL, bytes BLOB NOT NULL, dropped INTEGER NOT NULL);
          CREATE INDEX log_key ON log (key);
          """)
    }
    // Only tasks with labels stand in it. With `finished`, so that what a namespace has unfinished is counted without
    // passing all that it ever had.
    migrator.registerMigration("2") { db in
      try db.execute(
        sql: """
          CREATE INDEX task_namespace ON task (\(EmbeddedStore.namespace), finished) WHERE labels IS NOT NULL
          """)
    }
    // One row: see ``TaskStore/id``.
    migrator.registerMigration("3") { db in
      try db.execute(
        sql: "CREATE TABLE store (id TEXT NOT NULL); INSERT INTO store (id) VALUES (lower(hex(randomblob(16))))")
    }
    return migrator
  }()

  /// The store's id.
  static func id(_ db: Database) throws -> String {
    guard let id = try String.fetchOne(db, sql: "SELECT id FROM store") else {
      throw StoreError(.corrupt, "the store has lost its id; restore it from a backup")
    }
    return id
  }

  /// In the file's header: says that it is a Muster store ("MUST"), so that no other database is taken for one.
  static let mark = 0x4D55_5354

  /// Makes or brings up to date the tables of a file that is empty or a Muster store, and refuses any other.
  static func prepare(_ database: any DatabaseWriter, summary: String) throws {
    let (isOurs, isNewer) = try database.read { db in
      let found = try Int.fetchOne(db, sql: "PRAGMA application_id")
      let isEmpty = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") == 0
      return (found == mark || isEmpty, try migrator.hasBeenSuperseded(db))
    }
    guard isOurs else {
      throw StoreError(
        .corrupt, "the \(summary) is a database, but not a muster store; move it away, or name another state folder")
    }
    if isNewer {
      throw StoreError(.newer, "the \(summary) was written by a later version of muster; use that version")
    }
    try migrator.migrate(database)
  }

  /// Sequence number of the first attempt's key of a task, and of the key after its last.
  static func keys(of task: Int64) -> (first: Int64, end: Int64) { (task << 20, (task + 1) << 20) }
}
