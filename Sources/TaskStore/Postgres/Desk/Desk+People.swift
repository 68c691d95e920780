import MusterCore
import PostgreSQL
import TaskModel

extension Desk {
  func cancel(_ id: TaskID, reason: String, _ db: PostgresSession) throws -> ChangeOutcome {
    guard let (task, final) = try find(id.text, db) else { return .unknown }
    if let final { return .unchanged(final) }
    guard let row = try LiveRow.lock(task, db) else {
      // It ended since it was looked up.
      return try find(id.text, db)?.final.map { .unchanged($0) } ?? .unknown
    }
    try learnLane(row.lane, db)
    if row.life.state == .running, let token = row.life.token {
      try note(
        attempt: token, worker: row.worker ?? "", outcome: "cancelled by request", error: reason, started: row.handed,
        db)
    }
    try apply(.cancelled, to: row, Circumstances(error: reason, stopping: true), db)
    return .changed(.cancelled)
  }

  private func find(_ id: String, _ db: PostgresSession) throws -> (task: Int64, final: TaskState?)? {
    try db.rows("SELECT t.seq, f.state FROM task t LEFT JOIN final f ON f.seq = t.seq WHERE t.id = $1", [.text(id)])
      .first.map { row in
        (row.int(0), row.optionalInt(1).flatMap { TaskState(rawValue: UInt8(truncatingIfNeeded: $0)) })
      }
  }

  // MARK: Retry

  /// Starts a failed or cancelled task anew, and those that failed because of it.
  func retry(_ id: TaskID, _ db: PostgresSession) throws -> ChangeOutcome {
    guard let (task, final) = try find(id.text, db) else { return .unknown }
    guard let final else {
      let state = try db.rows("SELECT state FROM live WHERE seq = $1", [.int(task)]).first?.int(0)
      return .unchanged(state.flatMap { TaskState(rawValue: UInt8(truncatingIfNeeded: $0)) } ?? .queued)
    }
    guard final == .failed || final == .cancelled else { return .unchanged(final) }
    if let cause = try failedDependency(of: task, db) { return .blocked(by: TaskID(trusted: cause.id)) }
    guard let state = try revive(task, db) else { return .unchanged(final) }
    // A list instead of a recursion: a chain of dependencies may be longer than the stack is deep.
    var revived = [task]
    var next = 0
    while next < revived.count {
      let cause = revived[next]
      next += 1
      let dependents = try db.rows(
        """
        SELECT f.seq FROM final f WHERE f.failed_by = $1
          AND EXISTS (SELECT FROM dependency d WHERE d.task = f.seq AND d.needs = $1) ORDER BY f.seq
        """, [.int(cause)]
      ).map { $0.int(0) }
      for dependent in dependents {
        if let other = try failedDependency(of: dependent, db) {
          // It could not run yet: from now on it waits for somebody to retry the other one.
          try db.change(
            "UPDATE final SET failed_by = $2, error = $3 WHERE seq = $1",
            [.int(dependent), .int(other.task), .text(try Dependencies.error(other.task, db))])
        } else if try revive(dependent, db) != nil {
          revived.append(dependent)
        }
      }
    }
    return .changed(state)
  }

  private func failedDependency(of task: Int64, _ db: PostgresSession) throws -> (task: Int64, id: String)? {
    try db.rows(
      """
      SELECT t.seq, t.id FROM dependency d JOIN final f ON f.seq = d.needs AND f.state IN (5, 6)
      JOIN task t ON t.seq = f.seq WHERE d.task = $1 ORDER BY t.seq LIMIT 1
      """, [.int(task)]
    ).first.map { ($0.int(0), $0.text(1)) }
  }

  /// - Returns: the state that it came to; nil if somebody else revived it first.
  private func revive(_ task: Int64, _ db: PostgresSession) throws -> TaskState? {
    let needed = try db.rows("SELECT needs FROM dependency WHERE task = $1 ORDER BY needs", [.int(task)])
      .map { $0.int(0) }
    // As at a submission: what these come to is either seen here, or sees this one waiting.
    let standing = needed.isEmpty ? (unmet: [], failed: nil) : try Dependencies.standing(of: needed, db)
    if standing.failed != nil { return nil }
    let unmet = !standing.unmet.isEmpty
    let gone = try db.rows(
      "DELETE FROM final WHERE seq = $1 AND state IN (5, 6) RETURNING state, handouts, epoch, handed, worker",
      [.int(task)]
    ).first
    guard let gone, let from = TaskState(rawValue: UInt8(truncatingIfNeeded: gone.int(0))) else { return nil }
    var life = TaskLife(state: from, token: nil, started: false, failures: 0, handouts: 0, maxAttempts: 1)
    guard case .moved = life.apply(.retried(waiting: unmet)) else { return nil }
    // A deadline that has passed would fail it at once; who retries wants it done all the same.
    let lanes = try db.rows(
      """
      INSERT INTO live (seq, lane, ord, state, since, max_attempts, input_size, handouts, forgiven, epoch, worker, handed)
      SELECT seq, lane, coalesce($7, seq), $2, clock(), max_attempts, input_size, $3, $3, $4, $5, $6 FROM task
      WHERE seq = $1 RETURNING lane
      """,
      [
        .int(task), .int2(Int16(life.state.rawValue)), .int(gone.int(1)), gone.optionalInt(2).map { .int($0) } ?? .null,
        gone.optionalText(4).map { .text($0) } ?? .null, gone.optionalTime(3).map { .time($0) } ?? .null,
        try outer?.order(of: task, db).map { .int($0) } ?? .null,
      ])
    if let lane = lanes.first.map({ Int32(truncatingIfNeeded: $0.int(0)) }) {
      try learnLane(lane, db)
      if life.state == .queued { signal.ready[kind(ofLane: lane), default: 0] += 1 }
    }
    return life.state
  }

  // MARK: Time

  /// Lets a backoff that is over end.
  func release(_ tasks: [Int64], _ db: PostgresSession) throws {
    let released = try db.rows(
      """
      UPDATE live SET state = 1, not_before = NULL, since = clock() WHERE seq IN (
        SELECT seq FROM live WHERE seq = ANY ($1) AND state + 0 = 0 AND not_before <= (SELECT clock()) FOR UPDATE SKIP LOCKED)
      RETURNING lane
      """, [.ints(tasks)])
    for row in released {
      let lane = Int32(truncatingIfNeeded: row.int(0))
      try learnLane(lane, db)
      signal.ready[kind(ofLane: lane), default: 0] += 1
    }
  }

  /// Fails or cancels a task that is past its deadline.
  func endByDeadline(_ task: Int64, _ db: PostgresSession) throws {
    let isDue = try db.rows("SELECT deadline <= (SELECT clock()) FROM live WHERE seq = $1", [.int(task)]).first?.bool(0)
    guard isDue == true, let row = try LiveRow.lock(task, db) else { return }
    try learnLane(row.lane, db)
    if row.life.state == .running, let token = row.life.token {
      try note(
        attempt: token, worker: row.worker ?? "", outcome: "deadline", error: "its deadline passed",
        started: row.handed,
        db)
    }
    try apply(.deadlinePassed, to: row, Circumstances(error: "its deadline passed", stopping: true), db)
  }

  /// Ends an attempt whose lease is over.
  func endByLease(_ task: Int64, _ db: PostgresSession) throws {
    guard let row = try LiveRow.lock(task, db), let token = row.life.token, let worker = row.worker,
      row.life.state == .running,
      try db.rows("SELECT lease_ends <= (SELECT clock()) FROM live WHERE seq = $1", [.int(task)]).first?.bool(0) == true
    else { return }
    _ = try end(
      EndReport(token: token, end: .expired, error: "its lease ended without a valid proof"), worker: worker, db)
  }
}
