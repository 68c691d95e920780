import MusterCore
import PostgreSQL
import TaskModel

/// Many tasks at a time: lists and counts.
extension PostgresStore {
  /// Reads unfinished tasks from `live` and the others from `final`, each in the order asked for and no more of each
  /// than wanted, so that it does not matter how many have ended. Labels have no index: a list by a label that few
  /// tasks have reads through all tasks of the states asked for.
  public func list(_ filter: TaskFilter) async throws -> [TaskRecord] {
    guard filter.limit > 0, filter.kind?.canBeStored ?? true else { return [] }
    let labels = try IntakeDesk.labels(filter.labels)
    return try await read { db in
      var kind: Int64?
      if let name = filter.kind {
        // By its number, so that the planner knows how common it is.
        kind = try db.rows("SELECT id FROM kind WHERE name = $1", [.text(name)]).first?.int(0)
        if kind == nil { return [] }
      }
      let query = Self.query(filter.states, byKind: kind != nil, byLabels: labels != nil, oldest: filter.oldestFirst)
      var values: [PostgresValue] = [.int(Int64(filter.limit))]
      if let kind { values.append(.int4(Int32(truncatingIfNeeded: kind))) }
      if let labels { values.append(.text(labels)) }
      return try db.rows(query, values).map(PostgresRecord.record)
    }
  }

  /// States stand in the text and not among the values: only so is it known that a partial index covers them.
  static func query(_ states: [TaskState], byKind: Bool, byLabels: Bool, oldest: Bool) -> String {
    let wanted = states.isEmpty ? TaskState.allCases : TaskState.allCases.filter { states.contains($0) }
    let order = oldest ? "ASC" : "DESC"
    let byLabel = byLabels ? ["t.labels @> $\(byKind ? 3 : 2)::text::jsonb"] : []
    func part(_ select: String, _ table: String, kind: String, _ these: [TaskState], _ all: Int) -> String? {
      if these.isEmpty { return nil }
      var conditions = byKind ? ["\(kind) = $2"] : []
      if these.count < all {
        conditions.append("\(table).state IN (\(these.map { String($0.rawValue) }.joined(separator: ", ")))")
        if !these.contains(.done), these[0].isFinal { conditions.append("\(table).state <> 4") }
      }
      let condition = (conditions + byLabel).joined(separator: " AND ")
      return """
        (\(select)\(condition.isEmpty ? "" : " WHERE \(condition)") ORDER BY \(table).seq \(order) LIMIT $1)
        """
    }
    let parts = [
      part(PostgresRecord.live, "v", kind: "l.kind", wanted.filter { !$0.isFinal }, 4),
      part(PostgresRecord.final, "f", kind: "f.kind", wanted.filter(\.isFinal), 3),
    ].compactMap { $0 }
    return parts.count == 1 ? parts[0] : parts.joined(separator: " UNION ALL ") + " ORDER BY seq \(order) LIMIT $1"
  }

  public func latestRunTimes(ofKind kind: String, limit: Int) async throws -> [UInt64] {
    guard limit > 0, kind.canBeStored else { return [] }
    return try await read { db in
      // By its number, so that the planner knows how common it is.
      guard let number = try db.rows("SELECT id FROM kind WHERE name = $1", [.text(kind)]).first?.int(0) else {
        return []
      }
      return try db.rows(
        """
        SELECT run_ns FROM
          (SELECT state, finished, run_ns FROM final WHERE kind = $1 ORDER BY finished DESC LIMIT 1000) latest
        WHERE state = 4 ORDER BY finished DESC LIMIT $2
        """, [.int4(Int32(truncatingIfNeeded: number)), .int(Int64(limit))]
      ).map { UInt64(clamping: $0.int(0)) }
    }
  }

  private static let counted = CountMemory()

  /// How many tasks there are, by kind and state.
  ///
  /// Figures that took long to count are given again for a while, at most 10 s: see ``CountMemory``.
  public func counts() async throws -> [(kind: String, state: TaskState, count: Int)] {
    let live = try await Self.counted.figures(.live, of: number) { [self] in try await read(Self.countLive) }
    let final = try await Self.counted.figures(.final, of: number) { [self] in try await read(Self.countFinal) }
    return (live + final).map { ($0.kind, $0.state, $0.count) }
      .sorted { ($0.kind, $0.state.rawValue) < ($1.kind, $1.state.rawValue) }
  }

  /// How many tasks of each kind are queued.
  ///
  /// Whether there are any is always seen anew: workers are woken by this. Of a kind that has very many, their number
  /// may be remembered like those of ``counts()``.
  public func queuedByKind() async throws -> [String: Int] {
    let seen = try await read(Self.lookAtQueue)
    var queued = seen.mapValues(\.count)
    guard seen.values.contains(where: \.isMore) else { return queued }
    let counted = try await Self.counted.figures(.queued, of: number) { [self] in try await read(Self.countQueued) }
    for figure in counted where seen[figure.kind]?.isMore == true {
      queued[figure.kind] = max(figure.count, queued[figure.kind] ?? 0)
    }
    return queued
  }

  /// Counts each lane up to a bound: the index shows the first few of a million as fast as those of a thousand.
  @Sendable private static func lookAtQueue(_ db: PostgresSession) throws -> [String: (count: Int, isMore: Bool)] {
    let rows = try db.rows(
      """
      SELECT k.name, sum(c.number)::int8, bool_or(c.number = $1) FROM lane l JOIN kind k ON k.id = l.kind
      CROSS JOIN LATERAL (SELECT count(*) AS number FROM (
        SELECT FROM live v WHERE v.lane = l.id AND v.state = 1 LIMIT $1) q) c
      WHERE c.number > 0 GROUP BY k.name
      """, [.int(2000)])
    return Dictionary(rows.map { ($0.text(0), (Int($0.int(1)), $0.bool(2))) }, uniquingKeysWith: { $1 })
  }

  @Sendable private static func countLive(_ db: PostgresSession) throws -> [CountMemory.Figure] {
    try figures(
      db.rows(
        """
        SELECT k.name, c.state, sum(c.number)::int8 FROM
          (SELECT lane, state, count(*) AS number FROM live GROUP BY lane, state) c
        JOIN lane l ON l.id = c.lane JOIN kind k ON k.id = l.kind GROUP BY k.name, c.state
        """, []))
  }

  /// Answered by the index (kind, finished, state) alone.
  @Sendable private static func countFinal(_ db: PostgresSession) throws -> [CountMemory.Figure] {
    try figures(
      db.rows(
        """
        SELECT k.name, c.state, c.number FROM
          (SELECT kind, state, count(*) AS number FROM final GROUP BY kind, state) c
        JOIN kind k ON k.id = c.kind
        """, []))
  }

  @Sendable private static func countQueued(_ db: PostgresSession) throws -> [CountMemory.Figure] {
    try figures(
      db.rows(
        """
        SELECT k.name, 1::int2, sum(c.number)::int8 FROM
          (SELECT lane, count(*) AS number FROM live WHERE state = 1 GROUP BY lane) c
        JOIN lane l ON l.id = c.lane JOIN kind k ON k.id = l.kind GROUP BY k.name
        """, []))
  }

  private static func figures(_ rows: PostgresRows) throws -> [CountMemory.Figure] {
    try rows.map { row in
      guard let state = TaskState(rawValue: UInt8(truncatingIfNeeded: row.int(1))) else {
        throw StoreError(.corrupt, "a task of the kind '\(row.text(0))' has a state that does not exist")
      }
      return CountMemory.Figure(kind: row.text(0), state: state, count: Int(row.int(2)))
    }
  }
}
