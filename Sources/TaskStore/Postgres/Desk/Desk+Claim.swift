import Foundation
import MusterCore
import PostgreSQL
import TaskModel

extension Desk {
  /// Bytes of inputs for one exchange, about: a worker that wants hundreds of large ones asks again.
  private static var mostInput: Int64 { 4 << 20 }
  /// Lanes that are looked at in one statement.
  private static var lanesAtOnce: Int { 48 }

  /// Hands out tasks to all who ask, in one go.
  ///
  /// Candidates are read from the heads of the queue's lanes, locked, and passing over those that another coordinator has locked;
  /// then the book decides among them by the same rules as ever.
  func claim(_ items: [Exchange], _ outcomes: inout [ExchangeOutcome], _ db: PostgresSession) throws {
    var asking = items.indices.filter { items[$0].claimLimit > 0 && state.book.workers[items[$0].worker] != nil }
    if asking.isEmpty { return }
    // Whoever takes a worker over waits for this lock once: then nothing more is handed to it by us.
    let facts = try db.pipeline([
      ("SELECT pg_advisory_xact_lock_shared($1)", [.int(coordinator)]), (LaneTable.newer, [.int4(lanes.newest)]),
      ("SELECT EXISTS (SELECT FROM live WHERE state = 1 AND failed_on IS NOT NULL)", []),
    ])
    lanes.add(facts[1])
    let again = facts[2].first?.bool(0) ?? false
    asking = try stillOurs(asking, items, db)
    try note(heard: asking, items, db)
    if asking.isEmpty { return }
    var asked = try queued(lanes.all.compactMap { wanted($0, by: asking, items) }, db)[...]
    while !asked.isEmpty, asking.contains(where: { outcomes[$0].claimed.count < items[$0].claimLimit }) {
      // All lanes of one priority together, or its kinds would not take turns.
      let last = asked.dropFirst(Self.lanesAtOnce - 1).first?.lane.key.priority
      let some = last.map { last in asked.prefix { $0.lane.key.priority >= last } } ?? asked
      var found = try candidates(in: some, db)
      if again {
        found += try candidates(failedBeforeIn: some, askedBy: Set(asking.map { items[$0].worker }), db)
      }
      asked = asked.dropFirst(some.count)
      if found.isEmpty { continue }
      if try !handOut(found, to: asking, items, &outcomes, db) {
        // What could not be handed out is put off: the tasks behind it must not wait for that.
        asked = some + asked
      }
      // What was handed out just now leaves less room.
      asked = asked.compactMap { wanted($0.lane, by: asking, items) }[...]
    }
  }

  /// Those whose sessions are still on this coordinator; the others are let go of.
  ///
  /// Their rows are held until the commit: whoever ends a session in this moment then finds what was handed to it.
  private func stillOurs(_ asking: [Int], _ items: [Exchange], _ db: PostgresSession) throws -> [Int] {
    let names = Set(asking.map { items[$0].worker }.filter { state.leases[$0] == nil })
    if names.isEmpty { return asking }
    let ours = Set(
      try db.rows(
        "SELECT name FROM session WHERE name = ANY ($1) AND coordinator = $2 ORDER BY name FOR KEY SHARE",
        [.texts(Array(names)), .int(coordinator)]
      ).map { $0.text(0) })
    for name in names where !ours.contains(name) {
      evict(worker: name)
      signal.gone.append(name)
    }
    return asking.filter { state.leases[items[$0].worker] != nil || ours.contains(items[$0].worker) }
  }

  /// One without a session is heard when it asks; once a minute is enough for the ten minutes after which it is forgotten.
  private func note(heard asking: [Int], _ items: [Exchange], _ db: PostgresSession) throws {
    let now = time.moment()
    let heard = Set(asking.map { items[$0].worker }).filter { name in
      state.leases[name] != nil && (state.proversHeard[name].map { now - $0 >= .seconds(60) } ?? true)
    }
    if heard.isEmpty { return }
    try db.change("UPDATE prover SET heard = clock() WHERE name = ANY ($1)", [.texts(heard.sorted())])
    for name in heard { state.proversHeard[name] = now }
  }

  private struct AskedLane {
    let lane: LaneTable.Lane
    let most: Int64
  }

  /// Of many lanes those in which something is queued.
  private func queued(_ asked: [AskedLane], _ db: PostgresSession) throws -> [AskedLane] {
    guard asked.count > 8 else { return asked }
    let some = Set(
      try db.rows(
        """
        SELECT w.lane FROM unnest($1::int4[]) AS w(lane)
        CROSS JOIN LATERAL (SELECT FROM live l WHERE l.lane = w.lane AND l.state = 1 LIMIT 1) c
        """, [.int4s(asked.map(\.lane.id))]
      ).map { $0.int(0) })
    return asked.filter { some.contains(Int64($0.lane.id)) }
  }

  /// How many tasks of a lane those who ask could take; nil if none.
  private func wanted(_ lane: LaneTable.Lane, by asking: [Int], _ items: [Exchange]) -> AskedLane? {
    var most = 0
    var isOpen = false
    for index in asking {
      let appetite = state.book.appetite(
        of: items[index].worker, kind: lane.key.kind, needs: lane.key.needs, oversize: lane.key.oversize)
      guard let appetite else { continue }
      isOpen = true
      most += min(appetite, items[index].claimLimit)
    }
    // For one that only has no room now the head is looked at all the same: it may have waited long enough to be next.
    return isOpen ? AskedLane(lane: lane, most: Int64(min(max(most, 1), 2048))) : nil
  }

  private struct Candidate {
    let task: Int64
    let lane: LaneTable.Lane
    let inputSize: Int64
  }

  private static func head(_ order: String) -> String {
    """
    SELECT c.seq, c.lane, c.ord, c.failures, c.handouts, c.max_attempts, c.input_size, c.failed_on
    FROM unnest($1::int4[], $2::int8[]) WITH ORDINALITY AS w(lane, most, place) CROSS JOIN LATERAL (
      SELECT l.* FROM live l WHERE l.lane = w.lane AND l.state = 1 AND l.failed_on IS NULL
      ORDER BY l.lane \(order), l.ord \(order), l.seq \(order) LIMIT w.most FOR UPDATE SKIP LOCKED) c ORDER BY w.place
    """
  }
  private static let oldestFirst = head("ASC")
  private static let latestFirst = head("DESC")

  /// The same for tasks that failed on somebody: those that one who asks may have, or of which nobody is left to wait for.
  /// Those that must wait for another worker would else stand before all others and hide them.
  private static func headAgain(_ order: String) -> String {
    """
    SELECT c.seq, c.lane, c.ord, c.failures, c.handouts, c.max_attempts, c.input_size, c.failed_on
    FROM unnest($1::int4[], $2::int8[], $3::text[], $4::text[]) WITH ORDINALITY AS w(lane, most, askers, servers, place)
    CROSS JOIN LATERAL (
      SELECT l.* FROM live l WHERE l.lane = w.lane AND l.state = 1 AND l.failed_on IS NOT NULL
        AND (NOT to_jsonb(l.failed_on) @> w.askers::jsonb OR to_jsonb(l.failed_on) @> w.servers::jsonb)
      ORDER BY l.lane \(order), l.ord \(order), l.seq \(order) LIMIT w.most FOR UPDATE SKIP LOCKED) c ORDER BY w.place
    """
  }
  private static let againOldestFirst = headAgain("ASC")
  private static let againLatestFirst = headAgain("DESC")

  private func candidates(
    failedBeforeIn asked: ArraySlice<AskedLane>, askedBy asking: Set<String>, _ db: PostgresSession
  ) throws -> [Candidate] {
    var candidates: [Candidate] = []
    for latest in [false, true] {
      let lanes = asked.filter { isLatestFirst($0.lane.key.kind) == latest }
      if lanes.isEmpty { continue }
      let servers = lanes.map { asked in
        state.book.workers.keys.filter {
          state.book.appetite(
            of: $0, kind: asked.lane.key.kind, needs: asked.lane.key.needs, oversize: asked.lane.key.oversize) != nil
        }
      }
      let rows = try db.rows(
        latest ? Self.againLatestFirst : Self.againOldestFirst,
        [
          .int4s(lanes.map(\.lane.id)), .ints(lanes.map(\.most)),
          .texts(try servers.map { try Self.json($0.filter(asking.contains)) }), .texts(try servers.map(Self.json)),
        ])
      candidates += add(rows)
    }
    return candidates
  }

  private static func json(_ names: [String]) throws -> String {
    String(decoding: try JSONEncoder().encode(names), as: UTF8.self)
  }

  /// Reads and locks the heads of lanes and puts them into the book.
  private func candidates(in asked: ArraySlice<AskedLane>, _ db: PostgresSession) throws -> [Candidate] {
    // The book serves kinds in the order in which it meets them: the one served longest ago first.
    let inTurn = asked.sorted {
      ($1.lane.key.priority, state.turns[$0.lane.key.kind] ?? 0)
        < ($0.lane.key.priority, state.turns[$1.lane.key.kind] ?? 0)
    }
    var candidates: [Candidate] = []
    for latest in [false, true] {
      let lanes = inTurn.filter { isLatestFirst($0.lane.key.kind) == latest }
      if lanes.isEmpty { continue }
      let rows = try db.rows(
        latest ? Self.latestFirst : Self.oldestFirst, [.int4s(lanes.map(\.lane.id)), .ints(lanes.map(\.most))])
      candidates += add(rows)
    }
    return candidates
  }

  /// Puts tasks that were read as candidates into the book.
  private func add(_ rows: PostgresRows) -> [Candidate] {
    var candidates: [Candidate] = []
    candidates.reserveCapacity(rows.count)
    let now = time.moment()
    for row in rows {
      guard let lane = lanes.lane(Int32(truncatingIfNeeded: row.int(1))) else { continue }
      let task = row.int(0)
      let life = TaskLife(
        state: .queued, token: nil, started: false, failures: UInt16(clamping: row.int(3)),
        handouts: UInt32(truncatingIfNeeded: row.int(4)), maxAttempts: UInt16(clamping: row.int(5)))
      let entry = TaskBook.NewEntry(
        task: task, kind: lane.key.kind, priority: lane.key.priority, needs: lane.key.needs,
        oversize: lane.key.oversize, life: life, failedOn: row.isNull(7) ? [] : Set(row.texts(7)), rank: row.int(2))
      // What this coordinator believes to be held may have been requeued by another.
      forget(task)
      if state.book.add(entry, at: now) {
        candidates.append(Candidate(task: task, lane: lane, inputSize: row.int(6)))
      }
    }
    return candidates
  }

  private static let take = """
    WITH taken AS (
      UPDATE live l SET state = 2, handouts = l.handouts + 1, epoch = $5, worker = u.worker, coordinator = $6,
        started = false, since = clock(), handed = clock(), lease_ends = clock() + u.lease * interval '1 millisecond'
      FROM unnest($1::int8[], $2::text[], $3::int8[], $4::int4[]) AS u(seq, worker, lease, place) WHERE l.seq = u.seq
      RETURNING l.seq, u.place)
    SELECT t.seq, t.id, t.input FROM taken JOIN task t ON t.seq = taken.seq ORDER BY taken.place
    """

  /// - Returns: false if an outer table kept some of them back.
  private func handOut(
    _ candidates: [Candidate], to asking: [Int], _ items: [Exchange], _ outcomes: inout [ExchangeOutcome],
    _ db: PostgresSession
  ) throws -> Bool {
    let now = time.moment()
    // Few at a time where inputs are large, so that the bound on their bytes is overstepped by one at most.
    let stride = candidates.contains { $0.inputSize > 65_536 } ? 1 : 64
    let byTask = Dictionary(candidates.map { ($0.task, $0) }, uniquingKeysWith: { a, _ in a })
    var claims: [(item: Int, claim: TaskBook.Claimed)] = []
    for index in asking {
      let limit = items[index].claimLimit - outcomes[index].claimed.count
      var bytes: Int64 = 0
      var count = 0
      var step: [TaskBook.Claimed] = []
      while count < limit, bytes < Self.mostInput {
        step.removeAll(keepingCapacity: true)
        state.book.claim(
          for: items[index].worker, limit: min(limit - count, stride), epoch: epoch, at: now, into: &step)
        if step.isEmpty { break }
        count += step.count
        for claim in step {
          bytes += byTask[claim.task]?.inputSize ?? 0
          claims.append((index, claim))
          state.turn += 1
          state.turns[claim.kind] = state.turn
        }
        if bytes >= Self.mostInput || count == limit { outcomes[index].mayHaveMore = true }
      }
    }
    let taken = Set(claims.map(\.claim.task))
    for candidate in candidates where !taken.contains(candidate.task) { state.book.forget(candidate.task) }
    let wanted = claims.count
    if let outer { claims = try confirm(claims, items, outer, byTask, db) }
    if claims.isEmpty { return wanted == 0 }
    let rows = try db.rows(
      Self.take,
      [
        .ints(claims.map(\.claim.task)), .texts(claims.map { items[$0.item].worker }),
        .optionalInts(claims.map { state.leases[items[$0.item].worker]?.wholeMilliseconds }),
        .int4s((0..<claims.count).map { Int32($0) }), .int(Int64(bitPattern: epoch)), .int(coordinator),
      ])
    guard rows.count == claims.count else {
      throw StoreError(.corrupt, "a queued task is missing from the store's tables")
    }
    for ((item, claim), row) in zip(claims, rows) {
      let id = row.text(1)
      state.known[claim.task] = Known(id: id, lane: byTask[claim.task]?.lane.id ?? 0)
      outcomes[item].claimed.append(
        ClaimedTask(
          token: claim.token, id: TaskID(trusted: id), kind: claim.kind, needs: claim.needs,
          input: .bytes(row.optionalBytes(2) ?? Data()), prefetched: claim.prefetched))
    }
    state.statistics.claimed += UInt64(claims.count)
    return claims.count == wanted
  }

  /// Marks the outer rows of what is handed out; what cannot be marked now is put off for a second.
  private func confirm(
    _ claims: [(item: Int, claim: TaskBook.Claimed)], _ items: [Exchange], _ outer: any OuterTable,
    _ byTask: [Int64: Candidate], _ db: PostgresSession
  ) throws -> [(item: Int, claim: TaskBook.Claimed)] {
    if claims.isEmpty { return [] }
    let ids = Dictionary(
      try db.rows("SELECT seq, id FROM task WHERE seq = ANY ($1)", [.ints(claims.map(\.claim.task))])
        .map { ($0.int(0), $0.text(1)) }, uniquingKeysWith: { a, _ in a })
    let ours = try outer.claim(
      claims.map {
        OuterClaim(task: $0.claim.task, id: ids[$0.claim.task] ?? "", worker: items[$0.item].worker)
      }, db)
    let others = claims.map(\.claim.task).filter { !ours.contains($0) }
    if !others.isEmpty {
      // Locked by another program for a moment, or not ours any more: then the next look withdraws them.
      for task in others { state.book.forget(task) }
      try db.change(
        "UPDATE live SET state = 0, not_before = clock() + interval '1 second' WHERE seq = ANY ($1) AND state + 0 = 1",
        [.ints(others)])
    }
    return claims.filter { ours.contains($0.claim.task) }
  }
}
