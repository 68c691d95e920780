import MusterCore
import PostgreSQL
import TaskModel

extension PostgresStore {
  /// The reasons are the book's own: it is given this one task and all workers. Only the place in line is counted by
  /// the database.
  public func why(_ id: TaskID) async throws -> [WaitingReason] {
    let own = try await ownWorkers()
    let coordinator = number
    let time = time
    return try await read { [self] db in
      guard let task = try StandingTask(id, db) else { return [] }
      let now = time.moment()
      var book =
        task.life.state == .queued
        ? try PostgresRoster.book(db, own: own, coordinator: coordinator, at: now) : TaskBook()
      var entry = TaskBook.NewEntry(
        task: task.sequence, kind: task.kind, priority: task.priority, needs: task.needs, oversize: task.oversize,
        life: task.life, notBefore: task.left.map { now + $0 }, failedOn: task.failedOn, worker: task.worker)
      if task.life.state == .waiting { entry.unmetDependencies = try task.unmetDependencies(db) }
      // It is in its state since before now.
      _ = book.add(entry, at: now + (.zero - task.elapsed))
      return try book.why(task.sequence, at: now).map { reason in
        guard case .inLine(_, let busy, let total) = reason else { return reason }
        let latestFirst = isLatestFirst(task.kind)
        return .inLine(place: try task.ahead(latestFirst: latestFirst, db) + 1, busySlots: busy, totalSlots: total)
      }
    }
  }

  /// In which order the kind's tasks are handed out; an outer table has one for all.
  private func isLatestFirst(_ kind: String) -> Bool {
    switch options.outer {
    case .none: definition(of: kind)?.order == .latest
    case .proverCluster(let latestFirst): latestFirst
    }
  }
}

/// An unfinished task with all that tells why it stands where it stands.
private struct StandingTask {
  let sequence: Int64
  let kind: String
  let priority: Int16
  let needs: Needs
  let oversize: Bool
  let life: TaskLife
  /// Of its backoff.
  let left: Duration?
  /// Since it came into its state.
  let elapsed: Duration
  let failedOn: Set<String>
  let worker: String?
  private let kindID: Int64
  private let order: Int64

  /// Nil if no unfinished task has this id.
  init?(_ id: TaskID, _ db: PostgresSession) throws {
    // Times as differences from the database's clock: this machine's own may be wrong.
    let row = try db.rows(
      """
      SELECT v.seq, k.name, l.priority, l.slots, l.memory, l.gpus, l.oversize, v.state, v.epoch, v.handouts, v.started,
        v.failures, v.max_attempts, (extract(epoch FROM v.not_before - clock()) * 1000000)::int8,
        (extract(epoch FROM clock() - v.since) * 1000000)::int8, coalesce(v.failed_on, '{}'), v.worker, l.kind, v.ord
      FROM task t JOIN live v ON v.seq = t.seq JOIN lane l ON l.id = v.lane JOIN kind k ON k.id = l.kind WHERE t.id = $1
      """, [.text(id.text)]
    ).first
    guard let row else { return nil }
    sequence = row.int(0)
    kind = row.text(1)
    priority = Int16(truncatingIfNeeded: row.int(2))
    needs = PostgresRecord.needs(row, 3)
    oversize = row.bool(6)
    let state = try PostgresRecord.state(row, 7, of: id.text)
    let handouts = UInt32(truncatingIfNeeded: row.int(9))
    let token = row.optionalInt(8).map {
      Token(epoch: UInt64(bitPattern: $0), task: row.int(0), attempt: handouts)
    }
    life = TaskLife(
      state: state, token: token, started: row.bool(10), failures: UInt16(clamping: row.int(11)), handouts: handouts,
      maxAttempts: UInt16(clamping: row.int(12)))
    left = row.optionalInt(13).map { .microseconds($0) }
    elapsed = .microseconds(row.int(14))
    failedOn = Set(row.texts(15))
    worker = state == .running ? row.optionalText(16) : nil
    kindID = row.int(17)
    order = row.int(18)
  }

  func unmetDependencies(_ db: PostgresSession) throws -> [Int64] {
    try db.rows(
      """
      SELECT d.needs FROM dependency d LEFT JOIN final f ON f.seq = d.needs
      WHERE d.task = $1 AND f.state IS DISTINCT FROM 4
      """, [.int(sequence)]
    ).map { $0.int(0) }
  }

  /// How many queued tasks of its kind come before it. Two counts, each of a range of the queue's index.
  func ahead(latestFirst: Bool, _ db: PostgresSession) throws -> Int {
    let row = try db.rows(
      """
      SELECT
        (SELECT count(*) FROM lane l JOIN live v ON v.lane = l.id WHERE v.state = 1 AND l.kind = $1 AND l.priority > $2)
        + (SELECT count(*) FROM lane l JOIN live v ON v.lane = l.id
          WHERE v.state = 1 AND l.kind = $1 AND l.priority = $2 AND (v.ord, v.seq) \(latestFirst ? ">" : "<") ($3, $4))
      """, [.int4(Int32(truncatingIfNeeded: kindID)), .int2(priority), .int(order), .int(sequence)]
    ).first
    return Int(row?.int(0) ?? 0)
  }
}
