import Foundation
import MusterCore
import PostgreSQL
import PostgresFixture
import TaskModel
import Testing

@testable import TaskStore

/// What the behavioural suite cannot see: how the tables are read, and what is read that other coordinators wrote.
@Suite struct ReadTests {
  /// Three kinds of which the lanes are 1 and 2 (plain, priorities 0 and 5), 3 (judged) and 4 (latest).
  private static let sorts = """
    INSERT INTO kind (name) VALUES ('plain'), ('judged'), ('latest');
    INSERT INTO lane (kind, priority, slots, memory, gpus, oversize)
    VALUES (1, 0, 1, 0, 0, false), (1, 5, 1, 0, 0, false), (2, 0, 2, 1024, 1, false), (3, 0, 1, 0, 0, false);
    """

  private func withStore(
    _ rows: String = "", _ body: (PostgresStore, String) async throws -> Void
  ) async throws {
    try await withFreshDatabase { url in
      let store = try await PostgresStore.open(PostgresTarget(url), logger: .silent)
      do {
        try await store.define([KindDefinition(name: "latest", order: .latest)])
        try await sql(url, Self.sorts + rows)
        try await body(store, url)
      } catch {
        await store.close()
        throw error
      }
      await store.close()
    }
  }

  private func sql(_ url: String, _ text: String) async throws {
    try await over(url) { db in
      try PostgresSchema.enter(db, schema: "muster")
      try db.run(text)
    }
  }

  /// Unfinished tasks `l-SEQ` of a lane.
  private func live(_ range: ClosedRange<Int>, lane: Int = 1, state: Int = 1, worker: String? = nil) -> String {
    let holder = worker.map { "'\($0)'" } ?? "NULL"
    let handouts = worker == nil ? 0 : 1
    return """
      INSERT INTO task (seq, id, lane, max_attempts, submitted, identity, input_size, input)
      SELECT i, 'l-' || i, \(lane), 3, clock(), '\\x01', 2, '\\x6869' FROM \(numbers(range)) i;
      INSERT INTO live (seq, lane, ord, state, since, max_attempts, input_size, handouts, epoch, worker, handed)
      SELECT i, \(lane), i, \(state), clock() - interval '2 s', 3, 2, \(handouts), 77, \(holder), clock()
      FROM \(numbers(range)) i;
      """
  }

  /// Tasks `f-SEQ` that have come to their end.
  private func final(_ range: ClosedRange<Int>, lane: Int = 1, state: Int = 4, size: Int = 3) -> String {
    """
    INSERT INTO task (seq, id, lane, max_attempts, submitted, identity, input_size)
    SELECT i, 'f-' || i, \(lane), 3, clock(), '\\x01', 0 FROM \(numbers(range)) i;
    INSERT INTO final (seq, kind, state, finished, handouts, epoch, worker, result_key, result_size, result, error)
    SELECT i, l.kind, \(state), clock(), 1, 77, 'w', (i::int8 << 20) | 1, \(size),
      convert_to(repeat('r', \(size)), 'UTF8'), 'why' FROM \(numbers(range)) i JOIN lane l ON l.id = \(lane);
    """
  }

  private func numbers(_ range: ClosedRange<Int>) -> String {
    "generate_series(\(range.lowerBound), \(range.upperBound))"
  }

  private func ids(_ store: PostgresStore, _ filter: TaskFilter) async throws -> [String] {
    try await store.list(filter).map(\.id.text)
  }

  // MARK: Lists

  @Test("a list of unfinished tasks does not look at those that ended, nor the other way round")
  func onlyWhatIsAsked() {
    func query(_ states: [TaskState]) -> String {
      PostgresStore.query(states, byKind: false, byLabels: false, oldest: false)
    }
    #expect(!query([.queued, .running]).contains("FROM final"))
    #expect(!query([.done]).contains("FROM live"))
    #expect(!query([.done]).contains("<> 4"))
    // The words of the index of what did not succeed.
    #expect(query([.failed, .cancelled]).contains("f.state <> 4"))
    #expect(query([.waiting, .failed]).contains("f.state <> 4"))
    #expect(query([]).contains("UNION ALL"))
    #expect(query(TaskState.allCases) == query([]))
  }

  @Test("a list merges both tables by number and stops at its limit")
  func merged() async throws {
    try await withStore(final(1...3) + live(4...6) + final(7...9, state: 5) + live(10...12, lane: 3)) { store, _ in
      let newest = try await ids(store, TaskFilter(limit: 7))
      #expect(newest == ["l-12", "l-11", "l-10", "f-9", "f-8", "f-7", "l-6"])
      #expect(try await ids(store, TaskFilter(limit: 4, oldestFirst: true)) == ["f-1", "f-2", "f-3", "l-4"])
      #expect(
        try await ids(store, TaskFilter(states: [.queued, .failed], limit: 4)) == ["l-12", "l-11", "l-10", "f-9"])
      #expect(try await ids(store, TaskFilter(states: [.queued, .failed], kind: "plain", limit: 4)).last == "l-6")
      #expect(try await ids(store, TaskFilter(kind: "judged")) == ["l-12", "l-11", "l-10"])
      #expect(try await ids(store, TaskFilter(kind: "with\0zero")) == [])
      #expect(try await store.list(TaskFilter(kind: "judged")).first?.needs == Needs(slots: 2, memory: 1024, gpus: 1))
    }
  }

  @Test("ends of thousands come in one go, large results apart")
  func ends() async throws {
    let large = EndedTask.largestInlineResult + 1
    try await withStore(
      final(1...3000) + final(3001...3001, size: large) + final(3002...3002, state: 5) + live(4000...4000)
    ) { store, _ in
      let names = (1...3002).map { "f-\($0)" } + ["l-4000", "nobody"]
      let ends = try await store.ends(of: names.map { TaskID(trusted: $0) })
      #expect(ends.count == 3003)
      let one = try #require(ends[TaskID(trusted: "f-7")] ?? nil)
      #expect(one.state == .done && one.result == Data("rrr".utf8) && one.attempts == 1 && one.worker == "w")
      let big = try #require(ends[TaskID(trusted: "f-3001")] ?? nil)
      #expect(big.result == nil && big.resultSize == large)
      let failed = try #require(ends[TaskID(trusted: "f-3002")] ?? nil)
      #expect(failed.state == .failed && failed.result == nil && failed.error == "why")
      #expect(ends[TaskID(trusted: "l-4000")] == .some(nil))
      #expect(ends[TaskID(trusted: "nobody")] == nil)
      #expect(try await store.ends(of: []).isEmpty)
      #expect(try await store.result(of: TaskID(trusted: "f-3001"))?.size == large)
      #expect(try await store.result(of: TaskID(trusted: "f-3002")) == nil)
      #expect(try await store.input(of: TaskID(trusted: "l-4000"))?.load() == Data("hi".utf8))
      #expect(try await store.input(of: TaskID(trusted: "f-1"))?.load() == Data())
    }
  }

  @Test("counts add up what is unfinished and what has ended")
  func counts() async throws {
    try await withStore(final(1...5) + final(6...7, state: 6) + live(8...10) + live(11...14, lane: 2)) { store, _ in
      let counts = try await store.counts().map { "\($0.kind) \($0.state.name) \($0.count)" }
      #expect(counts == ["plain queued 7", "plain done 5", "plain cancelled 2"])
      #expect(try await store.queuedByKind() == ["plain": 7])
    }
  }

  @Test("a kind with very many queued tasks hides no other that has just one")
  func queued() async throws {
    let many = CountMemory.few
    try await withStore(live(1...many)) { store, url in
      #expect(try await store.queuedByKind() == ["plain": many])
      try await sql(url, live((many + 1)...(many + 1), lane: 3))
      #expect(try await store.queuedByKind() == ["plain": many, "judged": 1])
      try await sql(url, "UPDATE live SET state = 0 WHERE lane = 1")
      #expect(try await store.queuedByKind() == ["judged": 1])
    }
  }

  // MARK: Workers

  private static func session(
    _ name: String, coordinator: Int = 5, accepting: Bool = true, ends: String = "1 hour",
    kinds: String = "{plain,latest}"
  ) -> String {
    """
    INSERT INTO session (name, coordinator, session, generation, connected, accepting, kinds, slots, memory, gpus,
      build, since, heard, ends)
    VALUES ('\(name)', \(coordinator), 1, 1, true, \(accepting), '\(kinds)', 2, 1024, 1, 'b', clock(), clock(),
      clock() + interval '\(ends)');
    """
  }

  @Test("workers of other coordinators are on the roster with what they hold")
  func roster() async throws {
    let rows =
      Self.session("near") + Self.session("dead", ends: "-1 s") + Self.session("leaving", accepting: false)
      + live(1...2, lane: 3, state: 2, worker: "near") + live(3...3, state: 2, worker: "absent")
        + """
        INSERT INTO prover (name, coordinator, kinds, heard) VALUES ('original/plain/p', 5, '{plain}', clock());
        INSERT INTO aside (worker, kind, rule, reason, until) VALUES ('near', 'plain', 1, 'failed', clock()),
          ('leaving', 'plain', 0, 'failed', clock()), ('gone', 'plain', 0, 'failed', clock());
        """
    try await withStore(rows) { store, _ in
      try await store.enroll(RosterWorker(name: "own", kinds: ["judged"], capacity: Needs(slots: 9), prefetchLimit: 3))
      let workers = try await store.workers()
      #expect(workers.map(\.name) == ["dead", "leaving", "near", "original/plain/p", "own"])
      let near = try #require(workers.first { $0.name == "near" })
      #expect(near.held == [1, 2])
      #expect(near.used == Needs(slots: 4, memory: 2048, gpus: 2))
      #expect(near.capacity == Needs(slots: 2, memory: 1024, gpus: 1) && near.kinds == ["plain", "latest"])
      #expect(near.setAside == ["plain": .trial])
      #expect(workers.map(\.accepting) == [false, false, true, true, true])
      #expect(workers[3].refusesOversize && workers[4].prefetchLimit == 3 && workers[1].setAside == ["plain": .nothing])
      #expect(try await store.holders() == ["absent", "near"])
      #expect(
        try await store.held(by: "near") == [
          Token(epoch: 77, task: 1, attempt: 1), Token(epoch: 77, task: 2, attempt: 1),
        ])
      #expect(try await store.held(by: "zero\0byte").isEmpty)
      #expect(try await store.setAsideRecords(of: nil).map(\.worker) == ["gone", "leaving", "near"])
      #expect(try await store.setAsideRecords(of: "near").map(\.rule) == [.trial])
      let sessions = try await store.sessions()
      #expect(sessions.map(\.name) == ["dead", "leaving", "near", "own"])
      #expect(sessions.map(\.draining) == [false, true, false, false])
    }
  }

  @Test("the time since when an attempt waits for its start is told by the database's clock")
  func unstarted() async throws {
    try await withStore(live(1...2, state: 2, worker: "w") + "UPDATE live SET started = true WHERE seq = 2") {
      store, _ in
      let waiting = try await store.unstarted(of: "w")
      #expect(waiting.map(\.token) == [Token(epoch: 77, task: 1, attempt: 1)])
      let since = try #require(waiting.first).since
      #expect(SystemTime().moment() - since >= .seconds(2))
    }
  }

  @Test("a place in line counts by priority and by the kind's order")
  func places() async throws {
    let rows =
      live(1...3) + live(4...5, lane: 2) + live(6...8, lane: 4)
      + Self.session("a") + Self.session("b", accepting: false)
    try await withStore(rows) { store, url in
      func place(_ id: String) async throws -> WaitingReason? { try await store.why(TaskID(trusted: id)).first }
      func inLine(_ place: Int) -> WaitingReason { .inLine(place: place, busySlots: 0, totalSlots: 2) }
      #expect(try await place("l-4") == inLine(1))
      #expect(try await place("l-5") == inLine(2))
      #expect(try await place("l-1") == inLine(3))
      #expect(try await place("l-3") == inLine(5))
      #expect(try await place("l-8") == inLine(1))
      #expect(try await place("l-6") == inLine(3))
      try await sql(
        url, "INSERT INTO aside (worker, kind, rule, reason, until) VALUES ('a', 'plain', 0, 'failed', clock())")
      #expect(try await place("l-1") == .setAside(workers: ["a"], kind: "plain"))
      // Whoever failed a task does not get it again while another could.
      try await sql(
        url,
        "DELETE FROM aside; UPDATE session SET accepting = true; UPDATE live SET failed_on = '{a}' WHERE seq = 1")
      #expect(try await place("l-1") == .inLine(place: 3, busySlots: 0, totalSlots: 2))
      #expect(try await place("l-2") == .inLine(place: 4, busySlots: 0, totalSlots: 4))
    }
  }

  @Test("a task waits only for those that are not done")
  func unmet() async throws {
    let rows =
      final(1...2) + live(3...4) + live(5...5, state: 0) + live(6...6, state: 0)
      + "INSERT INTO dependency (task, needs) VALUES (5, 1), (5, 3), (5, 4), (6, 2);"
      + "UPDATE live SET not_before = clock() + interval '1 hour', failures = 2 WHERE seq = 6"
    try await withStore(rows) { store, _ in
      #expect(try await store.why(TaskID(trusted: "l-5")) == [.waitsFor(tasks: [3, 4])])
      guard case .backoff(let left, 2, 3)? = try await store.why(TaskID(trusted: "l-6")).first else {
        Issue.record("it should wait for its backoff")
        return
      }
      #expect(left > .seconds(3500) && left <= .seconds(3600))
      #expect(try await store.ids(of: [1, 3, 99]).mapValues(\.text) == [1: "f-1", 3: "l-3"])
    }
  }

  @Test("coordinators that were heard of lately are told, this one first")
  func coordinators() async throws {
    try await withStore { store, url in
      try await sql(
        url,
        """
        INSERT INTO coordinator (id, address, build, started, heard, duty)
        VALUES (1, 'one:50055', '0.1.0', clock(), clock(), clock() - interval '1 hour'),
          (2, 'two:50055', '0.1.0', clock(), clock(), clock() + interval '1 hour'),
          (3, 'three:50055', '0.1.0', clock(), clock() - interval '1 hour', NULL)
        """)
      let others = try await store.coordinators()
      #expect(others.map(\.isThis) == [true, false, false])
      #expect(others.dropFirst().map(\.number) == [1, 2])
      #expect(others.map(\.onDuty) == [false, false, true])
    }
  }
}
