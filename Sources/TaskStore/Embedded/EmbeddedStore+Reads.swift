import Foundation
import GRDB
import MusterCore
import TaskModel

/// What is read from the tables by themselves: the last commit's state, without waiting for the writer.
extension EmbeddedStore {
  private static let columns = """
    t.id, k.name, t.state, t.priority, t.slots, t.memory, t.gpus, t.labels, t.failures, t.handouts, t.max_attempts, t.worker,
    t.submitted, t.started, t.finished, t.deadline, t.not_before, t.error, t.input_size, t.result_size, t.late, t.run_ns, t.seq
    """

  private static func record(_ row: Row) throws -> TaskRecord {
    func time(_ index: Int) -> Timestamp? { (row[index] as Int64?).map { Timestamp(milliseconds: $0) } }
    guard let state = TaskState(rawValue: row[2]) else {
      throw StoreError(.corrupt, "task '\(row[0] as String)' in the store has a state that does not exist")
    }
    let labels = try (row[7] as String?).map { try JSONDecoder().decode([String: String].self, from: Data($0.utf8)) }
    return TaskRecord(
      id: TaskID(trusted: row[0]), kind: row[1], state: state, priority: row[3],
      needs: Needs(slots: row[4], memory: UInt64(bitPattern: row[5]), gpus: row[6]), labels: labels ?? [:],
      failures: row[8], handouts: row[9], maxAttempts: row[10], worker: row[11] ?? "",
      submitted: Timestamp(milliseconds: row[12]), started: time(13), finished: time(14), deadline: time(15),
      notBefore: time(16), error: row[17] ?? "", inputSize: row[18], resultSize: row[19], late: row[20],
      runNanoseconds: UInt64(clamping: row[21] as Int64))
  }

  public func record(_ id: TaskID) async throws -> (
    task: TaskRecord, dependsOn: [TaskID], attempts: [AttemptRecord]
  )? {
    try await read { db in
      guard
        let row = try Row.fetchOne(
          db, sql: "SELECT \(Self.columns) FROM task t JOIN kind k ON k.id = t.kind WHERE t.id = ?",
          arguments: [id.text])
      else { return nil }
      let task: Int64 = row[22]
      let keys = Schema.keys(of: task)
      let dependencies = try String.fetchAll(
        db, sql: "SELECT n.id FROM dependency d JOIN task n ON n.seq = d.needs WHERE d.task = ? ORDER BY n.seq",
        arguments: [task])
      let attempts = try Row.fetchAll(
        db,
        sql: "SELECT key, worker, outcome, error, started, ended FROM attempt WHERE key >= ? AND key < ? ORDER BY key",
        arguments: [keys.first, keys.end]
      ).map { row in
        AttemptRecord(
          number: Int(row[0] as Int64 - keys.first), worker: row[1], outcome: row[2], error: row[3],
          started: (row[4] as Int64?).map { Timestamp(milliseconds: $0) }, ended: Timestamp(milliseconds: row[5]))
      }
      return (try Self.record(row), dependencies.map { TaskID(trusted: $0) }, attempts)
    }
  }

  public func list(_ filter: TaskFilter) async throws -> [TaskRecord] {
    var conditions: [String] = []
    var arguments: [String] = []
    if !filter.states.isEmpty {
      conditions.append("t.state IN (\(filter.states.map { String($0.rawValue) }.joined(separator: ",")))")
      // Without this the few live tasks are looked for among all that ever ended.
      if filter.states.allSatisfy({ !$0.isFinal }) { conditions.append("t.finished IS NULL") }
    }
    if let kind = filter.kind {
      conditions.append("k.name = ?")
      arguments.append(kind)
    }
    for (name, value) in filter.labels.sorted(by: { $0.key < $1.key }) {
      // A path into the JSON would have to quote the name; compared as a value, every name is taken as it is.
      conditions.append("EXISTS (SELECT 1 FROM json_each(t.labels) WHERE key = ? AND value = ?)")
      arguments += [name, value]
    }
    let condition = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
    let sql = """
      SELECT \(Self.columns) FROM task t JOIN kind k ON k.id = t.kind \(condition)
      ORDER BY t.seq \(filter.oldestFirst ? "ASC" : "DESC") LIMIT \(max(filter.limit, 0))
      """
    let bound = StatementArguments(arguments)
    return try await read { db in try Row.fetchAll(db, sql: sql, arguments: bound).map(Self.record) }
  }

  static let latestRunTimes = """
    SELECT run_ns FROM
      (SELECT state, finished, run_ns FROM task WHERE kind = (SELECT id FROM kind WHERE name = ?)
       AND finished IS NOT NULL ORDER BY finished DESC LIMIT 1000)
    WHERE state = 4 ORDER BY finished DESC LIMIT ?
    """

  public func latestRunTimes(ofKind kind: String, limit: Int) async throws -> [UInt64] {
    try await read { db in
      try Int64.fetchAll(
        db, sql: Self.latestRunTimes, arguments: [kind, max(limit, 0)]
      ).map { UInt64(clamping: $0) }
    }
  }

  public func ends(of ids: [TaskID]) async throws -> [TaskID: EndedTask?] {
    try await read { db in
      var ends: [TaskID: EndedTask?] = [:]
      let statement = try db.cachedStatement(
        sql: """
          SELECT \(Self.columns), r.bytes FROM task t JOIN kind k ON k.id = t.kind LEFT JOIN result r
          ON r.key = t.result_key AND t.state = 4 AND t.result_size <= \(EndedTask.largestInlineResult) WHERE t.id = ?
          """)
      for id in ids {
        statement.setUncheckedArguments([id.text])
        guard let row = try Row.fetchOne(statement) else { continue }
        let task = try Self.record(row)
        guard task.state.isFinal else {
          ends[id] = .some(nil)
          continue
        }
        let inline = task.resultSize <= EndedTask.largestInlineResult ? (row[23] as Data? ?? Data()) : nil
        ends[id] = EndedTask(
          id: id, kind: task.kind, state: task.state, result: task.state == .done ? inline : nil,
          resultSize: task.resultSize, error: task.error, attempts: UInt32(task.handouts), worker: task.worker,
          late: task.late, runNanoseconds: task.runNanoseconds)
      }
      return ends
    }
  }

  public func input(of id: TaskID) async throws -> Payload? {
    try await read { [payloadFiles] db in
      let row = try Row.fetchOne(
        db, sql: "SELECT i.bytes, i.file, t.input_size FROM task t LEFT JOIN input i ON i.seq = t.seq WHERE t.id = ?",
        arguments: [id.text])
      return row.map { Self.payload($0, payloadFiles) }
    }
  }

  public func result(of id: TaskID) async throws -> Payload? {
    try await read { [payloadFiles] db in
      let row = try Row.fetchOne(
        db,
        sql: """
          SELECT r.bytes, r.file, t.result_size FROM task t LEFT JOIN result r ON r.key = t.result_key
          WHERE t.id = ? AND t.state = 4
          """, arguments: [id.text])
      return row.map { Self.payload($0, payloadFiles) }
    }
  }

  public func payloads(of token: Token) async throws -> (input: Payload, result: Payload)? {
    try await read { [payloadFiles] db in
      let input = try Row.fetchOne(
        db, sql: "SELECT i.bytes, i.file, t.input_size FROM task t LEFT JOIN input i ON i.seq = t.seq WHERE t.seq = ?",
        arguments: [token.task])
      let result = try Row.fetchOne(
        db,
        sql:
          "SELECT r.bytes, r.file, v.size FROM verification v JOIN result r ON r.key = v.key WHERE v.key = ? AND v.epoch = ?",
        arguments: [Int64(bitPattern: token.number), Int64(bitPattern: token.epoch)])
      guard let input else { return nil }
      return (
        Self.payload(input, payloadFiles), result.map { Self.payload($0, payloadFiles) } ?? .bytes(Data())
      )
    }
  }

  private static func payload(_ row: Row, _ files: PayloadFiles?) -> Payload {
    if let file = row[1] as String? { return .file(path: files?.path(of: file) ?? file, size: row[2]) }
    return .bytes(row[0] as Data? ?? Data())
  }

  public func attempt(of id: TaskID, by worker: String) async throws -> Token? {
    try await read { db in
      let row = try Row.fetchOne(
        db, sql: "SELECT seq, epoch, handouts, worker, late, result_key FROM task WHERE id = ?", arguments: [id.text])
      guard let row else { return nil }
      let task: Int64 = row[0]
      // The worker of a late result is the task's, but the last hand-out was another's.
      let late: Bool = row[4]
      if let epoch = row[1] as Int64?, (row[3] as String?) == worker, !late {
        return Token(epoch: UInt64(bitPattern: epoch), task: task, attempt: row[2])
      }
      let keys = Schema.keys(of: task)
      let lost = try Row.fetchOne(
        db,
        sql: """
          SELECT key, epoch FROM attempt WHERE key >= ? AND key < ? AND worker = ?
          ORDER BY key = coalesce(?, 0) DESC, key DESC LIMIT 1
          """, arguments: [keys.first, keys.end, worker, late ? row[5] as Int64? : nil])
      return lost.map { Token(epoch: UInt64(bitPattern: $0[1]), number: UInt64(bitPattern: $0[0])) }
    }
  }

  public func logs(of id: TaskID, attempt: Int?, after position: Int64) async throws -> [StoredLogPiece] {
    try await read { db in
      guard let task = try Int64.fetchOne(db, sql: "SELECT seq FROM task WHERE id = ?", arguments: [id.text])
      else { return [] }
      let keys = Schema.keys(of: task)
      let newest =
        try attempt.map { keys.first + Int64($0) }
        ?? Int64.fetchOne(
          db, sql: "SELECT max(key) FROM log WHERE key >= ? AND key < ?", arguments: [keys.first, keys.end])
      guard let newest else { return [] }
      return try Row.fetchAll(
        db, sql: "SELECT position, bytes, dropped FROM log WHERE key = ? AND position > ? ORDER BY position LIMIT 256",
        arguments: [newest, position]
      ).map {
        StoredLogPiece(
          attempt: Int(newest - keys.first), text: $0[1], dropped: UInt64(clamping: $0[2] as Int64), position: $0[0])
      }
    }
  }

  public func ids(of tasks: [Int64]) async throws -> [Int64: TaskID] {
    try await read { db in
      var ids: [Int64: TaskID] = [:]
      for task in tasks {
        if let id = try String.fetchOne(db, sql: "SELECT id FROM task WHERE seq = ?", arguments: [task]) {
          ids[task] = TaskID(trusted: id)
        }
      }
      return ids
    }
  }

  public func held(_ tasks: [Int64]) async throws -> [HeldTask] {
    try await read { db in
      let statement = try db.cachedStatement(
        sql: """
          SELECT k.name, t.slots, CASE t.running WHEN 1 THEN t.started END FROM task t JOIN kind k ON k.id = t.kind
          WHERE t.seq = ? AND t.state = \(TaskState.running.rawValue)
          """)
      return try tasks.compactMap { task in
        try Row.fetchOne(statement, arguments: [task]).map { row in
          HeldTask(
            kind: row[0], slots: row[1], started: (row[2] as Int64?).map { Timestamp(milliseconds: $0) })
        }
      }
    }
  }

  public func counts() async throws -> [(kind: String, state: TaskState, count: Int)] {
    // Live tasks are counted as they move; counting a million of them in the table would take half a second.
    let final = try await read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT k.name, f.state, f.number FROM
            (SELECT kind, state, count(*) AS number FROM task WHERE finished IS NOT NULL GROUP BY kind, state) f
          JOIN kind k ON k.id = f.kind
          """
      ).compactMap { row in
        TaskState(rawValue: row[1]).map { (kind: row[0] as String, state: $0, count: row[2] as Int) }
      }
    }
    let live = try await perform { core, _ in core.book.counts() }
    return (live + final).sorted { ($0.kind, $0.state.rawValue) < ($1.kind, $1.state.rawValue) }
  }

  func read<R: Sendable>(_ body: @escaping @Sendable (Database) throws -> R) async throws -> R {
    // A read of a closed connection ends the process.
    if isClosed { throw StoreError.closed }
    do {
      return try await database.read(body)
    } catch {
      if isClosed { throw StoreError.closed }
      throw StoreError.from(error, path: summary)
    }
  }
}
