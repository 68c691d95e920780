import PostgreSQL
import TaskModel

/// Whose tasks are whose, by the label that coordinators set.
extension PostgresStore {
  public func namespaces(of ids: [TaskID]) async throws -> [TaskID: String] {
    if ids.isEmpty { return [:] }
    return try await read { db in
      let rows = try db.rows(
        "SELECT id, coalesce(labels->>'\(ReservedLabel.namespace)', '') FROM task WHERE id = ANY ($1)",
        [.texts(ids.map(\.text))])
      return Dictionary(rows.map { (TaskID(trusted: $0.text(0)), $0.text(1)) }, uniquingKeysWith: { $1 })
    }
  }

  public func backlog(of namespace: String) async throws -> Backlog {
    try await read { db in
      let row = try db.rows(
        """
        SELECT count(*), coalesce(sum(v.input_size), 0)::int8 FROM live v JOIN task t ON t.seq = v.seq
        WHERE t.labels->>'\(ReservedLabel.namespace)' = $1
        """, [.text(namespace)]
      ).first
      return row.map { Backlog(tasks: Int($0.int(0)), bytes: Int($0.int(1))) } ?? Backlog()
    }
  }

  public func counts(of namespace: String) async throws -> [(kind: String, state: TaskState, count: Int)] {
    try await read { db in
      try db.rows(
        """
        SELECT k.name, coalesce(f.state, v.state), count(*) FROM task t JOIN lane l ON l.id = t.lane
        JOIN kind k ON k.id = l.kind LEFT JOIN live v ON v.seq = t.seq LEFT JOIN final f ON f.seq = t.seq
        WHERE t.labels->>'\(ReservedLabel.namespace)' = $1 GROUP BY 1, 2 ORDER BY 1, 2
        """, [.text(namespace)]
      ).compactMap { row in
        row.optionalInt(1).flatMap { TaskState(rawValue: UInt8(truncatingIfNeeded: $0)) }.map {
          (kind: row.text(0), state: $0, count: Int(row.int(2)))
        }
      }
    }
  }
}
