import GRDB

/// The statements of the hot path, prepared once for the writer's connection.
struct Statements {
  let insertTask: HotStatement
  let insertInput: HotStatement
  let insertDependency: HotStatement
  let findTask: HotStatement
  let claim: HotStatement
  let readClaimed: HotStatement
  let start: HotStatement
  let move: HotStatement
  let finish: HotStatement
  let insertResult: HotStatement
  let insertAttempt: HotStatement
  let insertVerification: HotStatement
  let deleteVerification: HotStatement
  let insertLog: HotStatement
  /// Delete what has keys from the first value up to the second.
  let deletePayloads: [HotStatement]
  /// Delete what has a task's number.
  let deleteTask: [HotStatement]

  init(_ db: Database) throws {
    insertTask = try HotStatement(
      db,
      """
      INSERT INTO task (seq, id, kind, state, priority, slots, memory, gpus, oversize, max_attempts, submitted, deadline,
        identity, labels, input_size) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (id) DO NOTHING
      """)
    insertInput = try HotStatement(db, "INSERT INTO input (seq, bytes, file) VALUES (?,?,?)")
    insertDependency = try HotStatement(db, "INSERT OR IGNORE INTO dependency (task, needs) VALUES (?,?)")
    findTask = try HotStatement(db, "SELECT seq, state, identity FROM task WHERE id = ?")
    claim = try HotStatement(
      db, "UPDATE task SET state = 2, running = 0, handouts = ?, epoch = ?, worker = ?, started = ? WHERE seq = ?")
    readClaimed = try HotStatement(
      db,
      """
      SELECT t.id, i.bytes, i.file, t.input_size FROM task t LEFT JOIN input i ON i.seq = t.seq WHERE t.seq = ?
      """)
    start = try HotStatement(db, "UPDATE task SET running = 1 WHERE seq = ?")
    move = try HotStatement(
      db,
      "UPDATE task SET state = ?, failures = ?, not_before = ?, error = coalesce(?, error), result_key = ? WHERE seq = ?"
    )
    finish = try HotStatement(
      db,
      """
      UPDATE task SET state = ?, failures = ?, not_before = NULL, finished = ?, error = ?, failed_by = ?, result_key = ?,
        result_size = ?, late = ?, run_ns = ?, worker = coalesce(?, worker) WHERE seq = ?
      """)
    insertResult = try HotStatement(db, "INSERT INTO result (key, bytes, file) VALUES (?,?,?)")
    insertAttempt = try HotStatement(
      db,
      """
      INSERT INTO attempt (key, epoch, worker, outcome, error, started, ended)
      VALUES (?,?,?,?,?,(SELECT started FROM task WHERE seq = ? >> 20),?)
      ON CONFLICT (key) DO UPDATE SET epoch = excluded.epoch, outcome = excluded.outcome, error = excluded.error
      """)
    insertVerification = try HotStatement(
      db, "INSERT INTO verification (key, epoch, worker, late, size, run_ns) VALUES (?,?,?,?,?,?)")
    deleteVerification = try HotStatement(db, "DELETE FROM verification WHERE key = ?")
    // What belongs to no attempt would never be deleted, and be shown with a later task of the same number.
    insertLog = try HotStatement(
      db,
      """
      INSERT INTO log (key, bytes, dropped) SELECT ?1, ?2, ?3
      WHERE EXISTS (SELECT 1 FROM task WHERE seq = ?1 >> 20 AND handouts >= ?1 & 0xFFFFF)
      """)
    deletePayloads = try ["result", "attempt", "log", "verification"].map {
      try HotStatement(db, "DELETE FROM \($0) WHERE key >= ? AND key < ?")
    }
    deleteTask = try ["input WHERE seq", "dependency WHERE task", "dependency WHERE needs", "task WHERE seq"].map {
      try HotStatement(db, "DELETE FROM \($0) = ?")
    }
  }
}
