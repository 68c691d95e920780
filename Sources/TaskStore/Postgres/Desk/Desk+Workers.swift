import MusterCore
import PostgreSQL
import TaskModel

extension Desk {
  /// Adds a worker to this coordinator, with what it holds by the tables.
  func enroll(_ worker: RosterWorker, _ db: PostgresSession) throws {
    evict(worker: worker.name)
    state.leases[worker.name] = worker.lease
    if worker.lease == nil {
      try db.change(
        """
        INSERT INTO session (name, coordinator, session, generation, connected, accepting, kinds, slots, memory, gpus, build,
          since, heard, ends)
        VALUES ($1, $2, NULL, 0, true, $3, $4, $5, $6, $7, '', clock(), clock(),
          clock() + $8::int8 * interval '1 millisecond')
        ON CONFLICT (name) DO UPDATE SET accepting = excluded.accepting, kinds = excluded.kinds, slots = excluded.slots,
          memory = excluded.memory, gpus = excluded.gpus WHERE session.coordinator = excluded.coordinator
        """,
        [
          .text(worker.name), .int(coordinator), .bool(worker.accepting), .texts(worker.kinds.sorted()),
          .int4(Int32(worker.capacity.slots)), .int(Int64(bitPattern: worker.capacity.memory)),
          .int4(Int32(worker.capacity.gpus)), .int(grace.wholeMilliseconds),
        ])
    } else {
      try db.change(
        """
        INSERT INTO prover (name, coordinator, kinds, heard) VALUES ($1, $2, $3, clock())
        ON CONFLICT (name) DO UPDATE SET coordinator = excluded.coordinator, kinds = excluded.kinds, heard = excluded.heard
        """, [.text(worker.name), .int(coordinator), .texts(worker.kinds.sorted())])
    }
    var worker = worker
    // Rows of another program's table are held by few who work on them, so that its other programs get theirs.
    if outer != nil { worker.prefetchLimit = 0 }
    for (kind, rule) in try asides(of: worker.name, db) { worker.setAside[kind] = rule }
    try load(heldBy: worker.name, db)
    state.book.enroll(worker)
  }

  private func asides(of worker: String, _ db: PostgresSession) throws -> [(String, SetAsideRule)] {
    try db.rows("SELECT kind, rule FROM aside WHERE worker = $1", [.text(worker)])
      .map { ($0.text(0), $0.int(1) == 1 ? .trial : .nothing) }
  }

  /// What the tables say by now of whom a worker is set aside for.
  func reloadAsides(of worker: String, _ db: PostgresSession) throws {
    guard let known = state.book.workers[worker] else { return }
    let rules = Dictionary(try asides(of: worker, db), uniquingKeysWith: { $1 })
    for kind in Set(known.setAside.keys).union(rules.keys) where known.setAside[kind] != rules[kind] {
      state.book.setAside(worker: worker, kind: kind, rule: rules[kind])
    }
  }

  private func load(heldBy worker: String, _ db: PostgresSession) throws {
    // Handed out by a coordinator before this one, or copied from another store: what must be stopped is told to the one
    // that has the worker.
    try db.change(
      "UPDATE live SET coordinator = $2 WHERE worker = $1 AND state = 2 AND coordinator IS DISTINCT FROM $2",
      [.text(worker), .int(coordinator)])
    let rows = try db.rows(
      """
      SELECT \(LiveRow.columns) FROM live l JOIN task t ON t.seq = l.seq WHERE l.worker = $1 AND l.state = 2
      ORDER BY l.seq
      """, [.text(worker)]
    ).compactMap { LiveRow($0) }
    let now = time.moment()
    for row in rows {
      try learnLane(row.lane, db)
      guard let lane = lanes.lane(row.lane) else { continue }
      let entry = TaskBook.NewEntry(
        task: row.task, kind: lane.key.kind, priority: lane.key.priority, needs: lane.key.needs,
        oversize: lane.key.oversize, life: row.life, worker: worker)
      if state.book.add(entry, at: now) { state.known[row.task] = Known(id: row.id, lane: row.lane) }
    }
  }

  /// Takes a worker and what it holds out of the book; the tables stay as they are.
  func evict(worker: String) {
    for task in state.book.heldTasks(of: worker) { forget(task) }
    state.book.dismiss(worker: worker)
    state.leases[worker] = nil
    state.proversHeard[worker] = nil
  }

  func setAccepting(_ accepting: Bool, worker: String, _ db: PostgresSession) throws {
    state.book.setAccepting(accepting, worker: worker)
    try db.change(
      "UPDATE session SET accepting = $3 WHERE name = $1 AND coordinator = $2 AND accepting <> $3",
      [.text(worker), .int(coordinator), .bool(accepting)])
  }

  /// Ends what a worker holds as lost, and forgets it, here and in the tables.
  func dismiss(worker: String, reason: String, _ db: PostgresSession) throws {
    let session = try db.rows("SELECT coordinator FROM session WHERE name = $1 FOR UPDATE", [.text(worker)]).first
    // What it holds is another coordinator's business if it went there meanwhile.
    guard session.map({ $0.int(0) == coordinator }) ?? true else { return evict(worker: worker) }
    try endHeld(by: worker, reason: reason, db)
    evict(worker: worker)
    try db.change("DELETE FROM session WHERE name = $1 AND coordinator = $2", [.text(worker), .int(coordinator)])
    try db.change("DELETE FROM prover WHERE name = $1", [.text(worker)])
  }

  func endHeld(by worker: String, reason: String, _ db: PostgresSession) throws {
    let held = try db.rows("SELECT seq FROM live WHERE worker = $1 AND state = 2 ORDER BY seq", [.text(worker)])
    for row in held {
      guard let live = try LiveRow.lock(row.int(0), db), let token = live.life.token, live.worker == worker else {
        continue
      }
      _ = try end(EndReport(token: token, end: .lost, error: reason), worker: worker, db)
    }
  }

  /// Ends a session whose heartbeats have run out, wherever it was.
  func endSession(of worker: String, _ db: PostgresSession) throws -> Bool {
    let gone = try db.rows(
      "DELETE FROM session WHERE name = $1 AND ends <= (SELECT clock()) RETURNING coordinator", [.text(worker)]
    ).first
    guard let gone else { return false }
    try endHeld(by: worker, reason: "its worker was silent for 3 heartbeats", db)
    if gone.int(0) == coordinator {
      evict(worker: worker)
      signal.gone.append(worker)
    }
    return true
  }
}
