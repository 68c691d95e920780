import Foundation
import MusterCore
import PostgreSQL
import TaskModel

/// What is submitted, and logs: what needs no knowledge of workers.
final class IntakeDesk: WriterDesk, @unchecked Sendable {
  /// Tasks of one call, and their places in an outer table's order if they come from one.
  struct Item: Sendable {
    var tasks: [NewTask]
    var orders: [Int64]?
    /// Only make what must outlive a transaction that fails; the tasks come later.
    var isAhead = false
  }

  let lanes: LaneTable
  var signal = StoreSignal()
  var statistics = StoreStatistics()

  init(lanes: LaneTable) { self.lanes = lanes }

  static func weight(_ item: Item) -> Int {
    max(item.tasks.reduce(0) { $0 + 1 + $1.input.size >> 14 }, 1)
  }

  func save() -> StoreStatistics { statistics }

  func restore(_ saved: StoreStatistics) {
    statistics = saved
    signal = StoreSignal()
  }

  func takeSignal() -> StoreSignal {
    defer { signal = StoreSignal() }
    return signal
  }

  func prepare(_ items: [Item], _ db: PostgresSession) throws {
    var keys: Set<LaneTable.Key> = []
    for item in items { for task in item.tasks { keys.insert(Self.key(task)) } }
    try lanes.make(keys, db)
  }

  static func key(_ task: NewTask) -> LaneTable.Key {
    LaneTable.Key(kind: task.kind, priority: task.priority, needs: task.needs, oversize: task.oversize)
  }

  func process(_ items: [Item], _ db: PostgresSession) throws -> [[SubmitOutcome]] {
    var entries: [(position: Int, task: NewTask, order: Int64?)] = []
    let items = items.map { $0.isAhead ? Item(tasks: []) : $0 }
    for item in items {
      for (index, task) in item.tasks.enumerated() {
        entries.append((entries.count, task, item.orders?[index]))
      }
    }
    var outcomes = [SubmitOutcome?](repeating: nil, count: entries.count)
    // Tasks without dependencies go together; one with dependencies must see those before it.
    var start = 0
    while start < entries.count {
      var end = start
      while end < entries.count, entries[end].task.dependsOn.isEmpty { end += 1 }
      if end > start { try insert(entries[start..<end], &outcomes, db) }
      if end < entries.count {
        outcomes[end] = try submitDependent(entries[end].task, db)
        end += 1
      }
      start = end
    }
    var next = outcomes.makeIterator()
    return items.map { item in item.tasks.map { _ in (next.next() ?? nil) ?? .refused(.tooManySorts) } }
  }

  // MARK: Without dependencies

  private static let insertTasks = """
    WITH ins AS (
      INSERT INTO task (id, lane, max_attempts, submitted, deadline, identity, labels, input_size, input)
      SELECT u.id, u.lane, u.attempts, clock(), u.deadline, u.identity, u.labels::jsonb, u.size, u.input
      FROM unnest($1::text[], $2::int4[], $3::int4[], $4::timestamptz[], $5::bytea[], $6::text[], $7::int4[], $8::bytea[])
        WITH ORDINALITY AS u(id, lane, attempts, deadline, identity, labels, size, input, place) ORDER BY u.place
      ON CONFLICT (id) DO NOTHING RETURNING seq, id, lane, max_attempts, deadline, input_size, submitted)
    """

  /// In the order of submission.
  private static let insertOwn =
    insertTasks + """
      , act AS (INSERT INTO live (seq, lane, ord, state, since, max_attempts, deadline, input_size)
        SELECT seq, lane, seq, 1, submitted, max_attempts, deadline, input_size FROM ins)
      SELECT id FROM ins
      """

  /// In an outer table's order, which is written in a statement of its own.
  private static let insertOuter =
    insertTasks + " SELECT id, seq FROM ins"

  private func insert(
    _ entries: ArraySlice<(position: Int, task: NewTask, order: Int64?)>, _ outcomes: inout [SubmitOutcome?],
    _ db: PostgresSession
  ) throws {
    var fits: [(position: Int, task: NewTask, order: Int64?)] = []
    fits.reserveCapacity(entries.count)
    var laneIDs: [Int32] = []
    var others: [Int] = []
    for entry in entries {
      if let lane = lanes.lane(Self.key(entry.task)) {
        fits.append(entry)
        laneIDs.append(lane.id)
      } else {
        others.append(entry.position)
      }
    }
    var accepted: Set<String> = []
    if !fits.isEmpty {
      let ordered = fits.contains { $0.order != nil }
      let values: [PostgresValue] = [
        .texts(fits.map(\.task.id.text)), .int4s(laneIDs), .int4s(fits.map { Int32($0.task.maxAttempts) }),
        .times(fits.map(\.task.deadline)), .byteas(fits.map { $0.task.identity }),
        .optionalTexts(try fits.map { try Self.labels($0.task.labels) }),
        .int4s(fits.map { Int32(clamping: $0.task.input.size) }),
        .byteas(try fits.map { try Self.bytes($0.task.input) }),
      ]
      let rows = try db.rows(ordered ? Self.insertOuter : Self.insertOwn, values)
      for row in rows { accepted.insert(row.text(0)) }
      if ordered { try order(rows, by: fits.map { ($0.task.id.text, $0.order) }, db) }
    }
    statistics.submitted += UInt64(accepted.count)
    var unsure: [(position: Int, task: NewTask)] = []
    for (position, task, _) in fits {
      // Removed, so that the same id a second time in one call is looked up like one from before.
      if accepted.remove(task.id.text) != nil {
        outcomes[position] = .accepted(.queued)
        signal.ready[task.kind, default: 0] += 1
      } else {
        unsure.append((position, task))
      }
    }
    if unsure.isEmpty && others.isEmpty { return }
    for entry in entries where others.contains(entry.position) { unsure.append((entry.position, entry.task)) }
    let found = try existing(unsure.map(\.task.id.text), db)
    for (position, task) in unsure { outcomes[position] = Self.outcome(task, found[task.id.text]) }
  }

  /// Queues new tasks in an outer table's order.
  private func order(_ inserted: PostgresRows, by orders: [(id: String, order: Int64?)], _ db: PostgresSession) throws {
    let orders = Dictionary(orders.map { ($0.id, $0.order) }, uniquingKeysWith: { a, _ in a })
    try db.change(
      """
      INSERT INTO live (seq, lane, ord, state, since, max_attempts, deadline, input_size)
      SELECT t.seq, t.lane, coalesce(u.ord, t.seq), 1, t.submitted, t.max_attempts, t.deadline, t.input_size
      FROM unnest($1::int8[], $2::int8[]) AS u(seq, ord) JOIN task t ON t.seq = u.seq
      """, [.ints(inserted.map { $0.int(1) }), .optionalInts(inserted.map { orders[$0.text(0)] ?? nil })])
  }

  struct Found {
    let identity: Data
    let state: TaskState
  }

  private static func outcome(_ task: NewTask, _ found: Found?) -> SubmitOutcome {
    guard let found else { return .refused(.tooManySorts) }
    return found.identity == task.identity ? .existing(found.state) : .refused(.idTaken)
  }

  private func existing(_ ids: [String], _ db: PostgresSession) throws -> [String: Found] {
    var found: [String: Found] = [:]
    let rows = try db.rows(
      """
      SELECT t.id, t.identity, coalesce(f.state, l.state) FROM task t LEFT JOIN live l ON l.seq = t.seq
      LEFT JOIN final f ON f.seq = t.seq WHERE t.id = ANY ($1)
      """, [.texts(ids)])
    for row in rows {
      guard let state = TaskState(rawValue: UInt8(truncatingIfNeeded: row.optionalInt(2) ?? 1)) else { continue }
      found[row.text(0)] = Found(identity: row.bytes(1), state: state)
    }
    return found
  }

  // MARK: With dependencies

  /// Holds the tasks that it depends on where they are: one that ends at the same moment either is seen here as ended, or
  /// waits and sees this one as waiting for it.
  private func submitDependent(_ task: NewTask, _ db: PostgresSession) throws -> SubmitOutcome {
    let names = task.dependsOn.map(\.text)
    var sequences: [String: Int64] = [:]
    for row in try db.rows("SELECT id, seq FROM task WHERE id = ANY ($1)", [.texts(names)]) {
      sequences[row.text(0)] = row.int(1)
    }
    for dependency in task.dependsOn where sequences[dependency.text] == nil {
      // Asked before the id is looked at: a repeated submission whose dependency was deleted since is still the same task.
      if let same = try existing([task.id.text], db)[task.id.text] { return Self.outcome(task, same) }
      return .refused(.unknownDependency(dependency))
    }
    guard let lane = lanes.lane(Self.key(task)) else {
      return Self.outcome(task, try existing([task.id.text], db)[task.id.text])
    }
    let needed = Set(sequences.values).sorted()
    let (unmet, failed) = try Dependencies.standing(of: needed, db)
    let inserted = try db.rows(
      """
      INSERT INTO task (id, lane, max_attempts, submitted, deadline, identity, labels, input_size, input)
      VALUES ($1, $2, $3, clock(), $4, $5, $6::text::jsonb, $7, $8) ON CONFLICT (id) DO NOTHING RETURNING seq
      """,
      [
        .text(task.id.text), .int4(lane.id), .int4(Int32(task.maxAttempts)), task.deadline.map { .time($0) } ?? .null,
        .bytes(task.identity), try Self.labels(task.labels).map { .text($0) } ?? .null,
        .int4(Int32(clamping: task.input.size)), try Self.bytes(task.input).map { .bytes($0) } ?? .null,
      ])
    guard let sequence = inserted.first?.int(0) else {
      return Self.outcome(task, try existing([task.id.text], db)[task.id.text])
    }
    statistics.submitted += 1
    try db.change(
      "INSERT INTO dependency (task, needs) SELECT $1, unnest($2::int8[]) ON CONFLICT DO NOTHING",
      [.int(sequence), .ints(needed)])
    if let failed {
      let error = try Dependencies.error(failed, db)
      try db.change(
        """
        INSERT INTO final (seq, kind, state, finished, error, failed_by) VALUES ($1, $2, 5, clock(), $3, $4)
        """, [.int(sequence), .int4(lane.kindID), .text(error), .int(failed)])
      statistics.failed += 1
      signal.ended.append(
        EndedTask(
          id: task.id, kind: task.kind, state: .failed, result: nil, resultSize: 0, error: error, attempts: 0,
          worker: "", late: false, runNanoseconds: 0))
      return .accepted(.failed)
    }
    let state: TaskState = unmet.isEmpty ? .queued : .waiting
    try db.change(
      """
      INSERT INTO live (seq, lane, ord, state, since, max_attempts, deadline, input_size)
      VALUES ($1, $2, $1, $3, clock(), $4, $5, $6)
      """,
      [
        .int(sequence), .int4(lane.id), .int2(Int16(state.rawValue)), .int4(Int32(task.maxAttempts)),
        task.deadline.map { .time($0) } ?? .null, .int4(Int32(clamping: task.input.size)),
      ])
    if state == .queued { signal.ready[task.kind, default: 0] += 1 }
    return .accepted(state)
  }

  // MARK: Logs

  /// What belongs to no attempt would never be deleted, and be shown with a later task of the same number.
  func append(_ pieces: [LogPiece], _ db: PostgresSession) throws {
    try db.change(
      """
      INSERT INTO log (key, bytes, dropped) SELECT u.key, u.bytes, u.dropped
      FROM unnest($1::int8[], $2::bytea[], $3::int8[]) WITH ORDINALITY AS u(key, bytes, dropped, place)
      WHERE EXISTS (SELECT FROM live WHERE seq = u.key >> 20 AND handouts >= u.key & 1048575)
        OR EXISTS (SELECT FROM final WHERE seq = u.key >> 20 AND handouts >= u.key & 1048575) ORDER BY u.place
      """,
      [
        .ints(pieces.map { Int64(bitPattern: $0.token.number) }), .byteas(pieces.map { $0.text }),
        .ints(pieces.map { Int64(clamping: $0.dropped) }),
      ])
  }

  // MARK: Values

  /// Nil for an empty payload: it takes no room.
  static func bytes(_ payload: Payload) throws -> Data? { payload.size == 0 ? nil : try payload.load() }

  static func labels(_ labels: [String: String]) throws -> String? {
    if labels.isEmpty { return nil }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(LabelText.stored(labels)), as: UTF8.self)
  }
}
