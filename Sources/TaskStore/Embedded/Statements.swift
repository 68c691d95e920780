import GRDB

/// The statements of the hot path, prepared once for the writer's connection.
struct Statements {
  let insertTask: Statement
  let insertInput: Statement
  let insertDependency: Statement
  let findTask: Statement
  let claim: Statement
  let readClaimed: Statement
  let start: Statement
  let move: Statement
  let finish: Statement
  let insertResult: Statement
  let insertAttempt: Statement
  let insertVerification: Statement
  let deleteVerification: Statement
  let insertLog: Statement

  init(_ db: Database) throws {
    insertTask = try db.makeStatement(
      sql: """
        INSERT INTO task (seq, id, kind, state, priority, slots, memory, gpus, oversize, max_attempts, submitted, deadline,
          identity, labels, input_size) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (id) DO NOTHING
        """)
    insertInput = try db.makeStatement(sql: "INSERT INTO input (seq, bytes, file) VALUES (?,?,?)")
    insertDependency = try db.makeStatement(sql: "INSERT OR IGNORE INTO dependency (task, needs) VALUES (?,?)")
    findTask = try db.makeStatement(sql: "SELECT seq, state, identity FROM task WHERE id = ?")
    claim = try db.makeStatement(
      sql: "UPDATE task SET state = 2, running = 0, handouts = ?, epoch = ?, worker = ?, started = ? WHERE seq = ?")
    readClaimed = try db.makeStatement(
      sql: """
        SELECT t.id, i.bytes, i.file, t.input_size FROM task t LEFT JOIN input i ON i.seq = t.seq WHERE t.seq = ?
        """)
    start = try db.makeStatement(sql: "UPDATE task SET running = 1 WHERE seq = ?")
    move = try db.makeStatement(
      sql:
        "UPDATE task SET state = ?, failures = ?, not_before = ?, error = coalesce(?, error), result_key = ? WHERE seq = ?"
    )
    finish = try db.makeStatement(
      sql: """
        UPDATE task SET state = ?, failures = ?, not_before = NULL, finished = ?, error = ?, failed_by = ?, result_key = ?,
          result_size = ?, late = ?, run_ns = ?, worker = coalesce(?, worker) WHERE seq = ?
        """)
    insertResult = try db.makeStatement(sql: "INSERT INTO result (key, bytes, file) VALUES (?,?,?)")
    insertAttempt = try db.makeStatement(
      sql: """
        INSERT INTO attempt (key, epoch, worker, outcome, error, started, ended)
        VALUES (?,?,?,?,?,(SELECT started FROM task WHERE seq = ? >> 20),?)
        ON CONFLICT (key) DO UPDATE SET epoch = excluded.epoch, outcome = excluded.outcome, error = excluded.error
        """)
    insertVerification = try db.makeStatement(
      sql: "INSERT INTO verification (key, epoch, worker, late, size, run_ns) VALUES (?,?,?,?,?,?)")
    deleteVerification = try db.makeStatement(sql: "DELETE FROM verification WHERE key = ?")
    // What belongs to no attempt would never be deleted, and be shown with a later task of the same number.
    insertLog = try db.makeStatement(
      sql: """
        INSERT INTO log (key, bytes, dropped) SELECT ?1, ?2, ?3
        WHERE EXISTS (SELECT 1 FROM task WHERE seq = ?1 >> 20 AND handouts >= ?1 & 0xFFFFF)
        """)
  }
}

extension Statement {
  /// Runs it with arguments whose number is right because they stand beside it in the code; GRDB's own check costs on the
  /// hot path.
  func run(_ arguments: StatementArguments) throws {
    setUncheckedArguments(arguments)
    try execute()
  }
}
