import GRDB
import MusterCore

extension StoreCore {
  /// Deletes final tasks that were kept long enough and that nothing unfinished depends on.
  func expire(limit: Int, _ db: Database) throws -> Int {
    let wall = time.timestamp()
    var deleted = 0
    for (name, row) in kindRows where deleted < limit {
      let keep = definitions.first { $0.name == name }?.keep ?? defaultKeep
      let tasks = try Int64.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT seq FROM task WHERE kind = ? AND finished IS NOT NULL AND finished < ? AND NOT EXISTS (
              SELECT 1 FROM dependency d JOIN task t ON t.seq = d.task WHERE d.needs = task.seq AND t.finished IS NULL)
            ORDER BY finished LIMIT ?
            """), arguments: [row, wall.milliseconds - keep.wholeMilliseconds, limit - deleted])
      for task in tasks { try delete(task, db) }
      deleted += tasks.count
    }
    return deleted
  }

  private func delete(_ task: Int64, _ db: Database) throws {
    let keys = Schema.keys(of: task)
    unusedFiles += try String.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT file FROM input WHERE seq = ? AND file IS NOT NULL
          UNION ALL SELECT file FROM result WHERE key >= ? AND key < ? AND file IS NOT NULL
          """), arguments: [task, keys.first, keys.end])
    for statement in statements.deletePayloads {
      try statement.run {
        $0.add(keys.first)
        $0.add(keys.end)
      }
    }
    for statement in statements.deleteTask { try statement.run { $0.add(task) } }
  }
}
