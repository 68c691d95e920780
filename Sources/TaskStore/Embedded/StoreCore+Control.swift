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
    unusedFiles += try String.fetchAll(
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
