import Foundation
import MusterCore
import PostgreSQL
import PostgresFixture
import TaskModel
import Testing

@testable import TaskStore

/// A connection that is cut in the middle of a commit: the caller gets the right answer, and everything is done once.
@Suite(.serialized) struct CommitCutTests {
  @Test("a submission is accepted once", arguments: CommitEnd.allCases)
  func submit(_ end: CommitEnd) async throws {
    try await withCutBench { bench in
      // A commit of its own, for the first of a sort: the sort is written down before.
      try await bench.world.submit("first")
      let tasks = [bench.world.task("a"), bench.world.task("b", input: "x")]
      let outcomes = try await bench.during(end) { try await bench.store.submit(tasks) }
      #expect(outcomes == [.accepted(.queued), .accepted(.queued)])
      #expect(try await bench.store.submit(tasks) == [.existing(.queued), .existing(.queued)])
      #expect(try await bench.outsider.number("SELECT count(*) FROM task") == 3)
      #expect(try await bench.outsider.number("SELECT count(*) FROM live WHERE state = 1") == 3)
      let ready = try await bench.world.signals().compactMap { $0.ready["plain"] }
      #expect(ready.reduce(0, +) == 2, "the hand-outs were not told, or told twice, of what was queued")
      #expect(bench.store.statistics().submitted == 3)
    }
  }

  @Test("a result is committed once, and told", arguments: CommitEnd.allCases)
  func result(_ end: CommitEnd) async throws {
    try await withCutBench { bench in
      let world = bench.world
      try await world.enroll()
      try await world.submit("a")
      let claimed = try await world.run()
      let outcome = try await bench.during(end) { try await world.end(claimed.token, result: "r") }
      #expect(outcome == EndOutcome(token: claimed.token, verdict: .committed, kind: "plain"))
      #expect(try await world.endedSignals().map(\.id.text) == ["a"])
      #expect(try await world.end(claimed.token, result: "r").verdict == .committed)
      #expect(try await world.end(claimed.token, result: "other").verdict == .discarded)
      #expect(try await world.resultText("a") == "r")
      #expect(try await bench.outsider.number("SELECT count(*) FROM final") == 1)
      #expect(try await bench.outsider.number("SELECT count(*) FROM live") == 0)
      #expect(bench.store.statistics().done == 1)
    }
  }

  @Test("a failed attempt is counted once, and its worker has room again", arguments: CommitEnd.allCases)
  func failure(_ end: CommitEnd) async throws {
    try await withCutBench { bench in
      let world = bench.world
      try await world.enroll(slots: 1)
      try await world.submit("a")
      try await world.submit("b")
      let claimed = try await world.run()
      let outcome = try await bench.during(end) { try await world.end(claimed.token, .failed, error: "broke") }
      #expect(outcome.verdict == .requeued)
      #expect(try await world.record(claimed.id.text).failures == 1)
      #expect(try await world.attempts(claimed.id.text).map(\.outcome) == ["failed"])
      #expect(bench.store.statistics().attemptsFailed == 1)
      #expect(try await world.claim(limit: 5).count == 1)
    }
  }

  @Test("what was handed out is told to the worker that the tables name", arguments: CommitEnd.allCases)
  func claim(_ end: CommitEnd) async throws {
    try await withCutBench { bench in
      let world = bench.world
      try await world.enroll(slots: 3)
      try await world.enroll("v", slots: 3)
      for name in ["a", "b", "c", "d", "e"] { try await world.submit(name) }
      let claimed = try await bench.during(end) { try await world.claim(limit: 100) }
      #expect(claimed.map(\.id.text) == ["a", "b", "c"])
      #expect(try await bench.running() == bench.expected(claimed))
      #expect(Set(try await bench.store.held(by: "w")) == Set(claimed.map(\.token)))
      #expect(try await world.claim(limit: 100).isEmpty, "the worker has no room left")
      let others = try await world.claim("v", limit: 100)
      #expect(others.map(\.id.text) == ["d", "e"])
      #expect(try await bench.running() == bench.expected(claimed).union(bench.expected(others, by: "v")))
      for task in claimed { #expect(try await world.end(task.token).verdict == .committed) }
      #expect(bench.store.statistics().claimed == 5)
    }
  }

  @Test("ends and hand-outs of one exchange stand or fall together", arguments: CommitEnd.allCases)
  func exchange(_ end: CommitEnd) async throws {
    try await withCutBench { bench in
      let world = bench.world
      try await world.enroll(slots: 1)
      for name in ["a", "b"] { try await world.submit(name) }
      let first = try await world.run()
      let exchange = Exchange(worker: "w", ends: [EndReport(token: first.token, end: .done)], claimLimit: 4)
      let outcome = try await bench.during(end) { try await bench.store.exchange(exchange) }
      #expect(outcome.ends.map(\.verdict) == [.committed])
      #expect(outcome.claimed.map(\.id.text) == ["b"])
      #expect(try await bench.running() == bench.expected(outcome.claimed))
      #expect(try await world.endedSignals().map(\.id.text) == ["a"])
    }
  }

  @Test("a cancellation is told as such, and stops the attempt once", arguments: CommitEnd.allCases)
  func cancel(_ end: CommitEnd) async throws {
    try await withCutBench { bench in
      let world = bench.world
      try await world.enroll()
      try await world.submit("a")
      let claimed = try await world.run()
      #expect(try await bench.during(end) { try await world.cancel("a") } == .changed(.cancelled))
      let signals = try await world.signals()
      #expect(signals.flatMap(\.stops) == [StoppedAttempt(worker: "w", token: claimed.token)])
      #expect(signals.flatMap(\.ended).map(\.state) == [.cancelled])
      #expect(try await world.cancel("a") == .unchanged(.cancelled))
      #expect(try await world.attempts("a").map(\.outcome) == ["cancelled by request"])
      #expect(try await world.end(claimed.token).verdict == .discarded)
      #expect(bench.store.statistics().cancelled == 1)
    }
  }

  @Test("a result that is to be verified is given to the verifier", arguments: CommitEnd.allCases)
  func unverified(_ end: CommitEnd) async throws {
    try await withCutBench { bench in
      let world = bench.world
      try await world.enroll()
      try await world.submit("a", kind: "judged")
      let claimed = try await world.run()
      let outcome = try await bench.during(end) { try await world.end(claimed.token, result: "r") }
      #expect(outcome.verdict == .verifying)
      #expect(try await world.signals().flatMap(\.unverified).map(\.token) == [claimed.token])
      #expect(try await world.judge(claimed.token, valid: true).verdict == .committed)
    }
  }

  @Test("a verdict counts once", arguments: CommitEnd.allCases, [true, false])
  func judge(_ end: CommitEnd, valid: Bool) async throws {
    try await withCutBench { bench in
      let world = bench.world
      try await world.enroll()
      try await world.submit("a", kind: "judged")
      let claimed = try await world.run()
      try await world.end(claimed.token, result: "r")
      let outcome = try await bench.during(end) { try await world.judge(claimed.token, valid: valid, reason: "no") }
      #expect(outcome.verdict == (valid ? .committed : .requeued))
      let record = try await world.record("a")
      #expect(record.state == (valid ? .done : .waiting))
      #expect(record.failures == (valid ? 0 : 1))
      #expect(try await world.endedSignals().map(\.id.text) == (valid ? ["a"] : []))
      #expect(try await world.attempts("a").map(\.outcome) == (valid ? [] : ["invalid"]))
    }
  }

  @Test("all that share the commit get their own answers", arguments: [CommitEnd.lost, .unheard])
  func shared(_ end: CommitEnd) async throws {
    try await withCutBench { bench in
      let world = bench.world
      let workers = (0..<8).map { "w\($0)" }
      for worker in workers {
        try await world.enroll(worker, slots: 1)
        try await world.submit("for-\(worker)")
      }
      let before = bench.store.statistics().commits
      let claimed = try await bench.during(end) {
        // While the writer is busy with something else, they come together.
        let (asking, isBusy) = (Shared(0), DispatchSemaphore(value: 0))
        async let busy: Void = bench.store.perform { _, _ in isBusy.wait() }
        async let claims = withThrowingTaskGroup(of: (String, [ClaimedTask]).self) { group in
          for worker in workers {
            group.addTask {
              asking.change { $0 += 1 }
              return (worker, try await world.claim(worker, limit: 1))
            }
          }
          return try await group.reduce(into: []) { $0.append($1) }
        }
        try await until("all ask") { asking.value == workers.count }
        isBusy.signal()
        try await busy
        return try await claims
      }
      #expect(bench.store.statistics().commits - before < 8, "they were not together")
      #expect(claimed.count == 8 && claimed.allSatisfy { $0.1.count == 1 })
      let told = claimed.reduce(into: Set<String>()) { $0.formUnion(bench.expected($1.1, by: $1.0)) }
      #expect(try await bench.running() == told)
    }
  }

  @Test("a transaction whose number was used again after a crash is not taken for committed")
  func numberUsedAgain() async throws {
    // What the lost transaction had written must not come to the disk by itself.
    let options = PostgresServer.Options(settings: ["wal_writer_delay": "10s", "autovacuum": "off"])
    try await withPostgresServer(options) { server in
      try await withProxy(server) { proxy in
        let store = try await PostgresStore.open(PostgresTarget(proxy.url(database: "postgres")), logger: .silent)
        let world = World(store, time: ManualTime())
        try await world.submit("before")
        proxy.cut(.held)
        let submission = Task { try await world.submit("a") }
        try await until("its commit is on its way") { proxy.cuts == 1 }
        proxy.refuse(true)
        await server.stop(.kill9)
        try await server.start()
        // Another coordinator is quicker.
        let direct = server.url(database: "postgres")
        try await withOutsider(direct) { other in
          for _ in 0..<50 { try await other.run("SELECT pg_current_xact_id()") }
        }
        proxy.refuse(false)
        #expect(try await submission.value == .accepted(.queued))
        let tasks = try await withOutsider(direct) { db in
          try await db.texts("SELECT id FROM task JOIN live USING (seq) ORDER BY seq")
        }
        #expect(tasks == ["before", "a"])
        await store.close()
      }
    }
  }

  @Test("what was acknowledged is on the disk although the database's own settings do not ask for that")
  func synchronous() async throws {
    let options = PostgresServer.Options(
      settings: ["wal_writer_delay": "10s", "autovacuum": "off", "synchronous_commit": "off"])
    try await withPostgresServer(options) { server in
      let direct = server.url(database: "postgres")
      let store = try await PostgresStore.open(PostgresTarget(direct), logger: .silent)
      try await World(store, time: ManualTime()).submit("a")
      await server.stop(.kill9)
      try await server.start()
      let tasks = try await withOutsider(direct) { db in try await db.texts("SELECT id FROM task") }
      #expect(tasks == ["a"])
      await store.close()
    }
  }
}
