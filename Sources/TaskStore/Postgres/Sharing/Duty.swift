import Logging
import MusterCore
import PostgreSQL
import TaskModel

/// What is due by the database's clock, and what other coordinators ask of this one.
///
/// One coordinator at a time has the periodic duties, by a lock that its connection holds: when it dies, the next that asks
/// has them. It only finds out what is due; the desk carries it out, with each row locked and looked at again.
actor Duty {
  /// What a round found.
  struct Findings: Sendable {
    var errands: [Errand] = []
    var released: [Int64] = []
    var pastDeadline: [Int64] = []
    var pastLease: [Int64] = []
    var silentWorkers: [String] = []
    var silentProvers: [String] = []
    /// Results may wait whose coordinator is gone.
    var orphans = false
    var othersQueued = false
    var isOuterDue = false
  }

  struct Errand: Sendable {
    let id: Int64
    let what: String
    let worker: String
    let token: Token?
  }

  private let line: WriterLine
  private let clock: TestClock?
  private let options: PostgresStore.Options
  private let number: Int64
  private let time: any Timekeeper
  private let logger: Logger
  private var onDuty = false
  /// Of the connection that holds the duty.
  private var holder: PostgresConnection?
  private var lastRound: Moment?
  private var lastDuty: Moment?
  private var lastTry: Moment?
  private var lastHeard: Moment?
  private var lastPoll: Moment?
  private var lastSweep: Moment?
  /// How often the outer table is looked at.
  private var lookEvery: Duration = .milliseconds(500)
  private var others = 0
  private let news = NewsFlag()
  private var isTelling = false

  init(way: ConnectionWay, options: PostgresStore.Options, number: Int64, time: any Timekeeper, logger: Logger) {
    line = WriterLine(way: way, name: "duties")
    self.options = options
    clock = way.clock
    self.number = number
    self.time = time
    self.logger = logger
  }

  private var grace: Duration { options.heartbeat * SessionLedger.missedHeartbeats }

  /// Makes this coordinator known to the others.
  func announce() async throws {
    let (number, options) = (number, options)
    others = try await perform { db in
      try Self.beat(number, options, db)
      return Int(try db.rows("SELECT count(*) FROM coordinator WHERE id <> $1", [.int(number)]).first?.int(0) ?? 0)
    }
  }

  private static func beat(_ number: Int64, _ options: PostgresStore.Options, _ db: PostgresSession) throws {
    try db.change(
      """
      INSERT INTO coordinator (id, address, build, started, heard) VALUES ($1, $2, $3, clock(), clock())
      ON CONFLICT (id) DO UPDATE SET heard = clock()
      """, [.int(number), .text(options.address), .text(options.build)])
  }

  private func perform<R: Sendable>(_ body: @escaping @Sendable (PostgresSession) throws -> R) async throws -> R {
    let connection = try await line.connection()
    if let holder, holder !== connection { lose() }
    do {
      let clock = clock
      return try await connection.perform { db in
        try clock?.set(db)
        return try body(db)
      }
    } catch {
      if (error as? PostgresError)?.isConnectionLost == true {
        lose()
        await line.drop(error)
      }
      throw error
    }
  }

  /// The lock went with its connection.
  private func lose() {
    holder = nil
    onDuty = false
  }

  // MARK: Rounds

  private func isDue(_ last: Moment?, _ every: Duration, _ now: Moment) -> Bool {
    last.map { now - $0 >= every } ?? true
  }

  /// Looks at what is due; nil if it was looked at a moment ago.
  func round() async throws -> Findings? {
    let now = time.moment()
    let hasNews = news.take()
    guard hasNews || isDue(lastRound, options.pace, now) else { return nil }
    lastRound = now
    let number = number
    var findings = Findings()
    findings.othersQueued = hasNews
    if isDue(lastHeard, options.heartbeat / 3, now) {
      let options = options
      others = try await perform { db in
        try Self.beat(number, options, db)
        return Int(try db.rows("SELECT count(*) FROM coordinator WHERE id <> $1", [.int(number)]).first?.int(0) ?? 0)
      }
      lastHeard = now
    }
    findings.errands = try await perform { db in
      try db.rows(
        "SELECT id, what, worker, epoch, number FROM errand WHERE coordinator = $1 ORDER BY id LIMIT 1000",
        [.int(number)]
      ).map { row in
        Errand(
          id: row.int(0), what: row.text(1), worker: row.text(2),
          token: row.optionalInt(3).flatMap { epoch in
            row.optionalInt(4).map { Token(epoch: UInt64(bitPattern: epoch), number: UInt64(bitPattern: $0)) }
          })
      }
    }
    if !onDuty, isDue(lastTry, .seconds(1), now) { try await takeDuty(now) }
    if onDuty { try await lookAtDues(&findings, now) }
    return findings
  }

  private func takeDuty(_ now: Moment) async throws {
    lastTry = now
    let (schema, number) = (options.schema, number)
    let took = try await perform { db in
      let took =
        try db.rows("SELECT pg_try_advisory_lock(hashtextextended($1, 7265))", [.text(schema)]).first?.bool(0) ?? false
      if took { try db.change("UPDATE coordinator SET duty = clock() WHERE id = $1", [.int(number)]) }
      return took
    }
    guard took else { return }
    holder = try await line.connection()
    onDuty = true
    lastDuty = nil
    logger.info("this coordinator has the periodic duties now")
  }

  private func lookAtDues(_ findings: inout Findings, _ now: Moment) async throws {
    // What nobody listened to, nobody can hold against a worker: after a start, a change of duty, an outage or a stop of this
    // process every session gets its grace.
    let gap = lastDuty.map { now - $0 > max(options.heartbeat, options.pace * 2) } ?? true
    let grace = grace.wholeMilliseconds
    let sweeps = gap || isDue(lastSweep, .seconds(1), now)
    var found = findings
    found = try await perform { [found] db in
      var found = found
      if gap { try Self.giveGrace(grace, db) }
      let due = try db.pipeline([
        ("SELECT seq FROM live WHERE state = 0 AND not_before <= (SELECT clock()) ORDER BY not_before LIMIT 2000", []),
        ("SELECT seq FROM live WHERE deadline <= (SELECT clock()) ORDER BY deadline LIMIT 500", []),
        ("SELECT seq FROM live WHERE lease_ends <= (SELECT clock()) ORDER BY lease_ends LIMIT 500", []),
        ("SELECT name FROM session WHERE ends <= (SELECT clock()) ORDER BY ends LIMIT 500", []),
      ])
      found.released = due[0].map { $0.int(0) }
      found.pastDeadline = due[1].map { $0.int(0) }
      found.pastLease = due[2].map { $0.int(0) }
      found.silentWorkers = due[3].map { $0.text(0) }
      if sweeps {
        try db.change(
          "DELETE FROM coordinator WHERE heard < clock() - $1::int8 * interval '1 millisecond'", [.int(grace)])
        try Self.clearUp(db)
        // At every sweep: a coordinator that stopped in order has taken itself off the list.
        found.orphans = try !db.rows(
          """
          SELECT FROM verification v WHERE NOT EXISTS (SELECT FROM coordinator c WHERE c.id = v.coordinator) LIMIT 1
          """, []
        ).isEmpty
        found.silentProvers = try db.rows(
          """
          SELECT name FROM prover p WHERE heard < clock() - interval '10 minutes'
            AND NOT EXISTS (SELECT FROM live l WHERE l.worker = p.name AND l.state = 2) LIMIT 500
          """, []
        ).map { $0.text(0) }
      }
      return found
    }
    findings = found
    lastDuty = now
    if sweeps { lastSweep = now }
    if options.outer != .none, isDue(lastPoll, lookEvery, now) {
      lastPoll = now
      findings.isOuterDue = true
    }
  }

  private static func giveGrace(_ milliseconds: Int64, _ db: PostgresSession) throws {
    try db.change(
      "UPDATE session SET ends = greatest(ends, clock() + $1::int8 * interval '1 millisecond')", [.int(milliseconds)])
    // By the tables these hold attempts, but nobody has a session for them: a restored backup, or one that was lost.
    try db.change(
      """
      INSERT INTO session (name, coordinator, session, generation, connected, accepting, kinds, slots, memory, gpus, build,
        since, heard, ends)
      SELECT DISTINCT l.worker, 0, NULL::int8, 0, false, false, '{}'::text[], 1, 0, 0, '', clock(), clock(),
        clock() + $1::int8 * interval '1 millisecond'
      FROM live l WHERE l.state = 2 AND l.lease_ends IS NULL
        AND NOT EXISTS (SELECT FROM session s WHERE s.name = l.worker) ON CONFLICT (name) DO NOTHING
      """, [.int(milliseconds)])
  }

  var isOnDuty: Bool { onDuty }

  /// Errands that were carried out. Not before: one whose doing fails must be done at the next round.
  func finished(_ errands: [Errand]) async throws {
    let ids = errands.map(\.id)
    try await perform { db in _ = try db.change("DELETE FROM errand WHERE id = ANY ($1)", [.ints(ids)]) }
  }

  /// The outer table has more that is new: look again at the next round.
  func lookAgain() { lastPoll = nil }

  /// A look at the outer table that takes long must not be all that the database does.
  func looked(took: Duration) { lookEvery = max(.milliseconds(500), took * 4) }

  /// Passes on what was asked of coordinators that are gone, and forgets what nobody will need.
  private static func clearUp(_ db: PostgresSession) throws {
    try db.change(
      """
      UPDATE errand e SET coordinator = s.coordinator FROM session s WHERE s.name = e.worker
        AND NOT EXISTS (SELECT FROM coordinator c WHERE c.id = e.coordinator)
      """, [])
    // As long as the worker has a session, its coordinator may come back to the database, or another take it over.
    try db.change(
      """
      DELETE FROM errand e WHERE NOT EXISTS (SELECT FROM coordinator c WHERE c.id = e.coordinator)
        AND NOT EXISTS (SELECT FROM session s WHERE s.name = e.worker)
      """, [])
    try db.change(
      """
      DELETE FROM aside a WHERE until < clock() - interval '7 days'
        AND NOT EXISTS (SELECT FROM session s WHERE s.name = a.worker)
      """, [])
  }

  /// Deletes final tasks that were kept long enough. Nothing if another coordinator has this duty.
  func expire(limit: Int, kept: [(kind: String, keep: Duration)], keep: Duration, outer: (any OuterTable)?) async throws
    -> Int
  {
    if !onDuty, isDue(lastTry, .seconds(1), time.moment()) { try await takeDuty(time.moment()) }
    guard onDuty else { return 0 }
    let names = kept.map(\.kind)
    let milliseconds = kept.map { $0.keep.wholeMilliseconds }
    let other = keep.wholeMilliseconds
    return try await perform { db in
      try Retention.delete(limit: limit, kinds: names, keep: milliseconds, others: other, outer: outer, db)
    }
  }

  // MARK: Telling the others

  nonisolated func noteNews() { news.set() }

  nonisolated func wantsToTell() { Task { await self.tell() } }

  /// At most one notification in 20 ms: each takes a lock over the whole database at its commit.
  private func tell() async {
    guard others > 0, !isTelling else { return }
    isTelling = true
    defer { isTelling = false }
    try? await SystemTime().sleep(for: .milliseconds(20))
    let schema = options.schema
    // One that is lost is made up for by the others' own looks.
    _ = try? await perform { db in try db.change("SELECT pg_notify($1, '')", [.text(schema)]) }
  }

  func close() async {
    let number = number
    _ = try? await perform { db in
      try db.change("DELETE FROM coordinator WHERE id = $1", [.int(number)])
    }
    await line.close()
    lose()
  }
}
