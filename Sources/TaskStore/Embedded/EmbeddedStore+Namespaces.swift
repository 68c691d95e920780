import GRDB
import TaskModel

/// Whose tasks are whose, by the label that coordinators set.
extension EmbeddedStore {
  /// As the index of `Schema` has it; written otherwise, the index would not be used.
  static let namespace = "json_extract(labels, '$.\"\(ReservedLabel.namespace)\"')"

  public func namespaces(of ids: [TaskID]) async throws -> [TaskID: String] {
    try await read { db in
      let statement = try db.cachedStatement(sql: "SELECT coalesce(\(Self.namespace), '') FROM task WHERE id = ?")
      var found: [TaskID: String] = [:]
      for id in ids {
        statement.setUncheckedArguments([id.text])
        if let namespace = try String.fetchOne(statement) { found[id] = namespace }
      }
      return found
    }
  }

  public func backlog(of namespace: String) async throws -> Backlog {
    try await read { db in
      let row = try Row.fetchOne(
        db,
        sql: """
          SELECT count(*), coalesce(sum(input_size), 0) FROM task INDEXED BY task_namespace
          WHERE labels IS NOT NULL AND \(Self.namespace) = ? AND finished IS NULL
          """, arguments: [namespace])
      return row.map { Backlog(tasks: $0[0], bytes: $0[1]) } ?? Backlog()
    }
  }

  public func counts(of namespace: String) async throws -> [(kind: String, state: TaskState, count: Int)] {
    try await read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT k.name, n.state, n.number FROM
            (SELECT kind, state, count(*) AS number FROM task INDEXED BY task_namespace
             WHERE labels IS NOT NULL AND \(Self.namespace) = ? GROUP BY kind, state) n
          JOIN kind k ON k.id = n.kind ORDER BY k.name, n.state
          """, arguments: [namespace]
      ).compactMap { row in TaskState(rawValue: row[1]).map { (kind: row[0], state: $0, count: row[2]) } }
    }
  }
}
