import Foundation
import GRDB
import MusterCore
import TaskModel

extension StoreCore {
  func cancel(_ id: TaskID, reason: String, _ db: Database) throws -> ChangeOutcome {
    guard let found = try find(id.text) else { return .unknown }
    if found.state.isFinal { return .unchanged(found.state) }
    changes.removeAll(keepingCapacity: true)
    guard case .moved? = book.apply(.cancelled, to: found.task, at: time.moment(), changes: &changes) else {
      throw StoreError(.corrupt, "task '\(id)' is not final in the store but unknown in memory")
    }
    if let change = changes.first, let token = change.endedToken {
      try note(attempt: token, worker: change.worker ?? "", outcome: "cancelled by request", error: reason, db)
    }
    try writeChanges(db, error: reason, stopping: true)
    return .changed(.cancelled)
  }

  /// Starts a failed or cancelled task anew, and those that failed because of it.
  func retry(_ id: TaskID, _ db: Database) throws -> ChangeOutcome {
    guard let found = try find(id.text) else { return .unknown }
    guard found.state == .failed || found.state == .cancelled else { return .unchanged(found.state) }
    let failed = try Row.fetchOne(
      db,
      sql: """
        SELECT n.id FROM dependency d JOIN task n ON n.seq = d.needs WHERE d.task = ? AND n.state IN (5, 6) LIMIT 1
        """, arguments: [found.task])
    if let failed { return .blocked(by: TaskID(trusted: failed[0])) }
    return .changed(try revive(found.task, db))
  }

  private func revive(_ task: Int64, _ db: Database) throws -> TaskState {
    let row = try Row.fetchOne(
      db,
      sql: """
        SELECT t.state, t.priority, t.slots, t.memory, t.gpus, t.oversize, t.max_attempts, t.handouts, t.deadline, k.name, t.failures
        FROM task t JOIN kind k ON k.id = t.kind WHERE t.seq = ?
        """, arguments: [task])
    guard let row, let state = TaskState(rawValue: row[0]) else { return .failed }
    let unmet = try Int64.fetchAll(
      db, sql: "SELECT d.needs FROM dependency d JOIN task n ON n.seq = d.needs WHERE d.task = ? AND n.state <> 4",
      arguments: [task])
    var life = TaskLife(
      state: state, token: nil, started: false, failures: row[10], handouts: row[7], maxAttempts: row[6])
    guard case .moved = life.apply(.retried(waiting: !unmet.isEmpty)) else { return state }
    try db.execute(
      sql: """
        UPDATE task SET state = ?, failures = 0, finished = NULL, error = NULL, failed_by = NULL, not_before = NULL,
          deadline = NULL WHERE seq = ?
        """, arguments: [life.state.rawValue, task])
    // A deadline that has passed would fail it at once; who retries wants it done all the same.
    let kind: String = row[9]
    _ = book.add(
      TaskBook.NewEntry(
        task: task, kind: kind, priority: row[1],
        needs: Needs(slots: row[2], memory: UInt64(bitPattern: row[3]), gpus: row[4]), oversize: row[5], life: life,
        unmetDependencies: unmet), at: time.moment())
    if life.state == .queued { signal.ready[kind, default: 0] += 1 }
    for dependent in try Int64.fetchAll(
      db, sql: "SELECT seq FROM task WHERE failed_by = ? AND seq IN (SELECT task FROM dependency WHERE needs = ?)",
      arguments: [task, task])
    { _ = try revive(dependent, db) }
    return life.state
  }

  func tick(_ db: Database) throws {
    changes.removeAll(keepingCapacity: true)
    book.tick(at: time.moment(), wall: time.timestamp(), changes: &changes)
    for change in changes {
      if let token = change.endedToken {
        try note(attempt: token, worker: change.worker ?? "", outcome: "deadline", error: "its deadline passed", db)
      }
    }
    // Each is asked for by the clock, so each gets the clock's sentence.
    let all = changes
    for change in all {
      changes = [change]
      try writeChanges(db, error: change.life.state.isFinal ? "its deadline passed" : nil, stopping: true)
    }
  }

  func dismiss(worker: String, reason: String, _ db: Database) throws {
    let held = book.workers[worker].map { Array($0.held) } ?? book.heldTasks(of: worker)
    for task in held.sorted() {
      guard let token = book.life(of: task)?.token else { continue }
      _ = try exchange(
        Exchange(worker: worker, ends: [EndReport(token: token, end: .lost, error: reason)]), db)
    }
    book.dismiss(worker: worker)
  }

  /// Deletes final tasks that were kept long enough and that nothing unfinished depends on.
  func expire(limit: Int, _ db: Database) throws -> Int {
    let wall = time.timestamp()
    var deleted = 0
    for (name, row) in kindRows where deleted < limit {
      let keep = definitions.first { $0.name == name }?.keep ?? .seconds(7 * 86_400)
      let tasks = try Int64.fetchAll(
        db,
        sql: """
          SELECT seq FROM task WHERE kind = ? AND finished IS NOT NULL AND finished < ? AND NOT EXISTS (
            SELECT 1 FROM dependency d JOIN task t ON t.seq = d.task WHERE d.needs = task.seq AND t.finished IS NULL)
          ORDER BY finished LIMIT ?
          """, arguments: [row, wall.milliseconds - keep.wholeMilliseconds, limit - deleted])
      for task in tasks { try delete(task, db) }
      deleted += tasks.count
    }
    return deleted
  }

  private func delete(_ task: Int64, _ db: Database) throws {
    let keys = Schema.keys(of: task)
    filesToRemove += try String.fetchAll(
      db,
      sql: """
        SELECT file FROM input WHERE seq = ? AND file IS NOT NULL
        UNION ALL SELECT file FROM result WHERE key >= ? AND key < ? AND file IS NOT NULL
        """, arguments: [task, keys.first, keys.end])
    for table in ["result", "attempt", "log", "verification"] {
      try db.execute(sql: "DELETE FROM \(table) WHERE key >= ? AND key < ?", arguments: [keys.first, keys.end])
    }
    try db.execute(sql: "DELETE FROM input WHERE seq = ?", arguments: [task])
    try db.execute(sql: "DELETE FROM dependency WHERE task = ? OR needs = ?", arguments: [task, task])
    try db.execute(sql: "DELETE FROM task WHERE seq = ?", arguments: [task])
  }
}
