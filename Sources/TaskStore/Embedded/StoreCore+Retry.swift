import GRDB
import MusterCore
import TaskModel

extension StoreCore {
  /// Starts a failed or cancelled task anew, and those that failed because of it.
  func retry(_ id: TaskID, _ db: Database) throws -> ChangeOutcome {
    guard let found = try find(id.text) else { return .unknown }
    guard found.state == .failed || found.state == .cancelled else { return .unchanged(found.state) }
    if let cause = try failedDependency(of: found.task, db) { return .blocked(by: TaskID(trusted: cause.id)) }
    let state = try revive(found.task, db)
    // A list instead of a recursion: a chain of dependencies may be longer than the stack is deep.
    var revived = [found.task]
    var next = 0
    while next < revived.count {
      let cause = revived[next]
      next += 1
      let dependents = try Int64.fetchAll(
        db.cachedStatement(
          sql: "SELECT seq FROM task WHERE failed_by = ?1 AND seq IN (SELECT task FROM dependency WHERE needs = ?1)"),
        arguments: [cause])
      for dependent in dependents {
        if let other = try failedDependency(of: dependent, db) {
          // It could not run yet: from now on it waits for somebody to retry the other one.
          try db.execute(
            sql: "UPDATE task SET failed_by = ?, error = ? WHERE seq = ?",
            arguments: [other.task, try dependencyError(other.task, db), dependent])
        } else {
          if try !revive(dependent, db).isFinal { revived.append(dependent) }
        }
      }
    }
    return state.isFinal ? .unchanged(state) : .changed(state)
  }

  private func failedDependency(of task: Int64, _ db: Database) throws -> (task: Int64, id: String)? {
    try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT n.seq, n.id FROM dependency d JOIN task n ON n.seq = d.needs
          WHERE d.task = ? AND n.state IN (5, 6) LIMIT 1
          """), arguments: [task]
    ).map { ($0[0], $0[1]) }
  }

  private func revive(_ task: Int64, _ db: Database) throws -> TaskState {
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT t.state, t.priority, t.slots, t.memory, t.gpus, t.oversize, t.max_attempts, t.handouts, k.name, t.failures
          FROM task t JOIN kind k ON k.id = t.kind WHERE t.seq = ?
          """), arguments: [task])
    guard let row, let state = TaskState(rawValue: row[0]) else { return .failed }
    let unmet = try Int64.fetchAll(
      db.cachedStatement(
        sql: "SELECT d.needs FROM dependency d JOIN task n ON n.seq = d.needs WHERE d.task = ? AND n.state <> 4"),
      arguments: [task])
    var life = TaskLife(
      state: state, token: nil, started: false, failures: row[9], handouts: row[7], maxAttempts: row[6])
    let kind: String = row[8]
    let needs = Needs(slots: row[2], memory: UInt64(bitPattern: row[3]), gpus: row[4])
    let oversize: Bool = row[5]
    // Without room in the book the task stays as it is.
    guard !book.cannotHold(kind: kind, needs: needs, oversize: oversize),
      case .moved = life.apply(.retried(waiting: !unmet.isEmpty))
    else { return state }
    // A deadline that has passed would fail it at once; who retries wants it done all the same.
    try db.cachedStatement(
      sql: """
        UPDATE task SET state = ?, failures = 0, running = 0, finished = NULL, error = NULL, failed_by = NULL,
          not_before = NULL, deadline = NULL, forgiven = handouts WHERE seq = ?
        """
    ).execute(arguments: [life.state.rawValue, task])
    let entry = TaskBook.NewEntry(
      task: task, kind: kind, priority: row[1], needs: needs, oversize: oversize, life: life, unmetDependencies: unmet)
    guard book.add(entry, at: time.moment()) else {
      throw StoreError(.corrupt, "task number \(task) is final in the store and live in memory")
    }
    if life.state == .queued { signal.ready[kind, default: 0] += 1 }
    return life.state
  }
}
