import PostgreSQL
import TaskModel

/// What the end of a task does to those that wait for it.
enum Dependencies {
  /// The sentence for a task that cannot run because of `cause`.
  static func error(_ cause: Int64, _ db: PostgresSession) throws -> String {
    let row = try db.rows(
      "SELECT t.id, f.state FROM task t LEFT JOIN final f ON f.seq = t.seq WHERE t.seq = $1", [.int(cause)]
    ).first
    guard let row else { return "a task that it depends on is gone" }
    let verb = row.optionalInt(1) == Int64(TaskState.cancelled.rawValue) ? "was cancelled" : "failed"
    return "it depends on task '\(row.text(0))', which \(verb)"
  }

  /// How tasks stand on which another is to depend: those that are unfinished, which stay so until the end of this transaction,
  /// and one that failed or was cancelled.
  static func standing(of needed: [Int64], _ db: PostgresSession) throws -> (unmet: [Int64], failed: Int64?) {
    var unmet: [Int64] = []
    for _ in 0..<8 {
      unmet = try db.rows("SELECT seq FROM live WHERE seq = ANY ($1) ORDER BY seq FOR KEY SHARE", [.ints(needed)])
        .map { $0.int(0) }
      let ended = try db.rows("SELECT seq, state FROM final WHERE seq = ANY ($1) ORDER BY seq DESC", [.ints(needed)])
      if let failed = ended.first(where: { $0.int(1) != Int64(TaskState.done.rawValue) }) {
        return (unmet, failed.int(0))
      }
      // One that is in neither was retried between the two looks, or was done, kept long enough and deleted.
      let seen = Set(unmet).union(ended.map { $0.int(0) })
      let others = needed.filter { !seen.contains($0) }
      if others.isEmpty { break }
      if try db.rows("SELECT FROM task WHERE seq = ANY ($1) LIMIT 1", [.ints(others)]).isEmpty { break }
    }
    return (unmet, nil)
  }

  /// Releases or fails what depends on the tasks in `ended`, and what depends on those, and so on.
  static func settle(_ ended: inout [(task: Int64, state: TaskState)], desk: Desk, _ db: PostgresSession) throws {
    // A list instead of a recursion: a chain of dependencies may be longer than a stack is deep.
    var next = 0
    while next < ended.count {
      let batch = ended[next...]
      next = ended.count
      let done = batch.filter { $0.state == .done }.map(\.task)
      if !done.isEmpty { try release(after: done, desk: desk, db) }
      for (cause, _) in batch where !done.contains(cause) { try fail(because: cause, &ended, desk: desk, db) }
    }
  }

  /// Lets tasks go of which the last dependency was among `done`.
  ///
  /// Their rows are locked before they are looked at: of two transactions that each end one of two dependencies, the second
  /// then sees what the first did. Otherwise neither would let the task go. A dependency that is gone was done: it was kept
  /// long enough, and deleted.
  static func release(after done: [Int64], desk: Desk, _ db: PostgresSession) throws {
    let waiting = try db.rows(
      """
      SELECT l.seq FROM live l WHERE l.seq IN (
        SELECT d.task FROM unnest($1::int8[]) AS u(needs) JOIN dependency d ON d.needs = u.needs)
        AND l.state = 0 AND l.not_before IS NULL ORDER BY l.seq FOR UPDATE
      """, [.ints(done)]
    ).map { $0.int(0) }
    if waiting.isEmpty { return }
    let released = try db.rows(
      """
      UPDATE live l SET state = 1, since = clock() WHERE l.seq = ANY ($1)
        AND NOT EXISTS (SELECT FROM dependency d JOIN live n ON n.seq = d.needs WHERE d.task = l.seq)
        AND NOT EXISTS (SELECT FROM dependency d JOIN final f ON f.seq = d.needs WHERE d.task = l.seq AND f.state <> 4)
      RETURNING l.lane
      """, [.ints(waiting)])
    for row in released {
      let lane = Int32(truncatingIfNeeded: row.int(0))
      try desk.learnLane(lane, db)
      desk.signal.ready[desk.kind(ofLane: lane), default: 0] += 1
    }
  }

  private static func fail(
    because cause: Int64, _ ended: inout [(task: Int64, state: TaskState)], desk: Desk, _ db: PostgresSession
  ) throws {
    let dependents = try db.rows(
      """
      SELECT \(LiveRow.columns) FROM live l JOIN task t ON t.seq = l.seq
      WHERE l.seq IN (SELECT task FROM dependency WHERE needs = $1) AND l.state = 0 ORDER BY l.seq FOR UPDATE OF l
      """, [.int(cause)]
    ).compactMap { LiveRow($0) }
    if dependents.isEmpty { return }
    let error = try error(cause, db)
    for row in dependents {
      try desk.learnLane(row.lane, db)
      _ = try desk.step(.dependencyFailed, row, .init(error: error, cause: cause), &ended, db)
    }
  }
}
