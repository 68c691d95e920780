import Foundation
import MusterCore
import PostgreSQL
import PostgresFixture
import SeededDice
import TaskModel
import Testing

@testable import TaskStore

/// Two coordinators over one database: what each does to what the other has.
@Suite(.serialized) struct TwoStoresTests {
  // MARK: Sessions

  @Test("a worker that comes to another coordinator keeps what it holds, and the first hands it nothing more")
  func takeOver() async throws {
    try await withPair { pair in
      for name in ["t1", "t2", "t3"] { try await pair.a.submit(name) }
      #expect(try await pair.a.connect("w", slots: 2) == .opened)
      let held = try await pair.a.claim(limit: 2)
      #expect(held.count == 2)
      #expect(try await pair.b.connect("w", generation: 2, slots: 3) == .resumed)
      #expect(Set(try await pair.b.store.held(by: "w")) == Set(held.map(\.token)))
      // The connection to the first is not known to be broken there.
      _ = try await pair.a.signals()
      #expect(try await pair.a.end(held[0].token).verdict == .committed, "what it had sent still counts")
      #expect(try await pair.a.claim().isEmpty)
      #expect(try await pair.a.signals().flatMap(\.gone) == ["w"])
      #expect(try await pair.a.renew("w") == ["w"])
      #expect(try await pair.b.renew("w", generation: 2).isEmpty)
      #expect(try await pair.b.end(held[1].token).verdict == .committed)
      #expect(try await pair.b.claim().map(\.id.text) == ["t3"])
    }
  }

  @Test("a session that went to another coordinator is told of at the next renewal")
  func goneAtRenewal() async throws {
    try await withPair { pair in
      try await pair.a.connect("w")
      #expect(try await pair.a.renew("w").isEmpty)
      try await pair.b.connect("w", generation: 2)
      #expect(try await pair.a.renew("w") == ["w"])
      #expect(try await pair.a.shared.sessions().map(\.address) == ["10.0.0.2:50055"])
      // What comes late from the first's connection changes nothing.
      try await pair.a.shared.leaveSession(
        SessionRenewal(name: "w", session: 7, generation: 1, silence: .zero), goodbye: true)
      #expect(try await pair.b.renew("w", generation: 2).isEmpty)
    }
  }

  @Test("an older connection and a second process of the same name are refused")
  func refused() async throws {
    try await withPair { pair in
      try await pair.a.connect("w", generation: 5)
      for generation in [4, 5] as [UInt64] {
        guard case .refused = try await pair.b.connect("w", generation: generation) else {
          Issue.record("generation \(generation) was let in")
          continue
        }
      }
      guard case .refused = try await pair.b.connect("w", generation: 9, session: 8) else {
        Issue.record("a second process was let in beside the first")
        return
      }
      try await pair.a.shared.leaveSession(
        SessionRenewal(name: "w", session: 7, generation: 5, silence: .zero), goodbye: false)
      #expect(try await pair.b.connect("w", generation: 1, session: 8) == .replaced(oldSession: 7))
    }
  }

  @Test("what was being handed out in the moment of the change is held at the other coordinator")
  func handOutMeanwhile() async throws {
    try await withPair { pair in
      try await pair.a.submit("t1")
      try await pair.a.submit("t2")
      try await pair.a.connect("w", slots: 1)
      // The hand-out's commit waits.
      try await pair.outsider.run(
        """
        CREATE FUNCTION brake() RETURNS trigger LANGUAGE plpgsql AS
          'BEGIN PERFORM pg_advisory_xact_lock_shared(4711); RETURN NULL; END';
        CREATE CONSTRAINT TRIGGER brake AFTER UPDATE ON live DEFERRABLE INITIALLY DEFERRED
          FOR EACH ROW EXECUTE FUNCTION brake();
        SELECT pg_advisory_lock(4711);
        """)
      let handOut = Task { try await pair.a.claim(limit: 1) }
      try await until("the hand-out waits") { try await waiting(pair) == 1 }
      let hasConnected = Shared(false)
      let connect = Task {
        let answer = try await pair.b.connect("w", generation: 2, slots: 1)
        hasConnected.change { $0 = true }
        return answer
      }
      try await until("the other coordinator waits for it") { try await waiting(pair) == 2 }
      #expect(!hasConnected.value)
      try await pair.outsider.run("SELECT pg_advisory_unlock(4711)")
      let claimed = try await handOut.value
      #expect(try await connect.value == .resumed)
      #expect(claimed.map(\.id.text) == ["t1"])
      #expect(try await pair.b.store.held(by: "w") == claimed.map(\.token))
      #expect(try await pair.b.claim().isEmpty, "its one slot is taken")
      #expect(try await pair.a.claim().isEmpty)
      #expect(try await pair.a.signals().flatMap(\.gone) == ["w"])
      #expect(try await pair.b.end(claimed[0].token).verdict == .committed)
      #expect(try await pair.b.claim().map(\.id.text) == ["t2"])
    }
  }

  /// How many of both stores' connections wait for a lock.
  private func waiting(_ pair: Pair) async throws -> Int {
    try await pair.outsider.number(
      """
      SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
        AND application_name LIKE 'muster %'
      """)
  }

  @Test("a worker that falls silent loses what it holds, at whichever coordinator it was")
  func silent() async throws {
    try await withPair { pair in
      try await pair.a.submit("t")
      // The one on duty is not the one that had the worker.
      try await pair.b.store.tick()
      try await pair.a.connect("w")
      let claimed = try await pair.a.run()
      try await pair.pass(Pair.heartbeat)
      try await pair.pass(Pair.heartbeat)
      #expect(try await pair.b.state("t") == .running)
      for _ in 0..<3 { try await pair.pass(Pair.heartbeat) }
      #expect(try await pair.b.record("t").failures == 1)
      #expect(try await pair.b.attempts("t").map(\.outcome) == ["lost"])
      #expect(try await pair.a.end(claimed.token).verdict == .stale)
      #expect(try await pair.a.renew("w") == ["w"])
    }
  }

  // MARK: Dependencies

  @Test("two dependencies that end at two coordinators in the same moment let their dependent go, or fail it")
  func dependencies() async throws {
    try await withPair { pair in
      let rounds = 300
      try await pair.a.connect("v", slots: 1000, kinds: ["plain"])
      try await pair.b.connect("w", slots: 1000, kinds: ["judged"])
      for round in 0..<rounds {
        try await pair.a.submit("left-\(round)")
        try await pair.a.submit("right-\(round)", kind: "judged")
        try await pair.a.submit("both-\(round)", after: ["left-\(round)", "right-\(round)"])
      }
      let left = try await pair.a.claim("v", limit: rounds)
      let right = try await pair.b.claim("w", limit: rounds)
      #expect(left.count == rounds && right.count == rounds)
      for (round, (one, other)) in zip(left, right).enumerated() {
        async let first = pair.a.end(one.token, by: "v").verdict == .committed
        async let second =
          round % 3 == 0
          ? pair.b.cancel(other.id.text) == .changed(.cancelled)
          : pair.b.end(other.token, by: "w", verified: true).verdict == .committed
        let asTold = try await (first, second)
        #expect(asTold == (true, true))
      }
      let stuck = try await pair.outsider.texts("SELECT t.id FROM live l JOIN task t USING (seq) WHERE l.state <> 1")
      #expect(stuck.isEmpty, "\(stuck.count) were not let go: \(stuck.prefix(5))")
      #expect(try await pair.outsider.number("SELECT count(*) FROM live") == rounds - rounds / 3)
      #expect(try await pair.outsider.number("SELECT count(*) FROM final WHERE state = 5") == rounds / 3)
      let signals = try await pair.a.signals() + pair.b.signals()
      // Those at the start, and those that were let go.
      #expect(signals.compactMap { $0.ready["plain"] }.reduce(0, +) == 2 * rounds - rounds / 3)
      #expect(signals.flatMap(\.ended).filter { $0.state == .failed }.count == rounds / 3)
    }
  }

  @Test("a task that is submitted while its dependency ends at another coordinator is not left waiting")
  func submittedMeanwhile() async throws {
    try await withPair { pair in
      let rounds = 200
      try await pair.a.connect("v", slots: 1000)
      for round in 0..<rounds { try await pair.a.submit("first-\(round)") }
      let claimed = try await pair.a.claim("v", limit: rounds)
      #expect(claimed.count == rounds)
      for task in claimed {
        let fails = task.token.task % 3 == 0
        async let end =
          fails
          ? pair.b.cancel(task.id.text) == .changed(.cancelled)
          : pair.a.end(task.token, by: "v").verdict == .committed
        async let outcome = pair.b.submit("after-\(task.id)", after: [task.id.text])
        #expect(try await end)
        guard case .accepted = try await outcome else {
          Issue.record("it was not accepted")
          continue
        }
        let expected: TaskState = fails ? .failed : .queued
        #expect(try await pair.a.state("after-\(task.id)") == expected)
      }
    }
  }

  // MARK: Work

  @Test("8 workers of two coordinators get 5,000 tasks, each once")
  func once() async throws {
    let dice = Dice(announcedBy: "TwoStoresTests.once")
    try await withFreshDatabase { url in
      let told = try await Workload(tasks: 5000, mishaps: 0, bad: 0).run(url, dice) { _, _ in }
      #expect(told.handedOut.count == 5000)
      #expect(told.unanswered == 0)
    }
  }
}
