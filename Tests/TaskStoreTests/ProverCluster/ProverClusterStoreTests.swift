import Foundation
import MusterCore
import PostgreSQL
import PostgresFixture
import TaskModel
import Testing

@testable import TaskStore

/// The whole store over the prover cluster's table: from a row that a backend inserts to its proof.
@Suite struct ProverClusterStoreTests {
  /// A store over the table, and the connection of a backend.
  private func withStore(
    latestFirst: Bool = false, _ body: (World, PostgresConnection) async throws -> Void
  ) async throws {
    try await withFreshDatabase { url in
      let theirs = try await PostgresConnection.open(PostgresTarget(url), name: "theirs")
      try await theirs.perform { try $0.run(OriginalSchema.all) }
      let time = ManualTime()
      var options = PostgresStore.Options(
        heartbeat: .seconds(1_000_000), outer: .proverCluster(latestFirst: latestFirst), pace: .zero)
      options.clock = TestClock { time.timestamp() }
      let store = try await PostgresStore.open(PostgresTarget(url), options: options, time: time, logger: .silent)
      let world = World(store, time: time)
      try await store.define([
        KindDefinition(name: "Block", backoff: Backoff(initial: .seconds(1), factor: 2, limit: .seconds(60)))
      ])
      try await world.enroll(kinds: ["Block"])
      try await body(world, theirs)
      await store.close()
      await theirs.close()
    }
  }

  private func insert(_ theirs: PostgresConnection, _ ids: String...) async throws {
    for (index, id) in ids.enumerated() {
      _ = try await theirs.perform {
        try $0.change(
          "INSERT INTO task (task_id, circuit, block_id, input) VALUES ($1, 'block', $2, '{\"x\": 3}')",
          [.text(id), .int(Int64(index))])
      }
    }
  }

  private func row(_ theirs: PostgresConnection, _ id: String) async throws -> String {
    try await theirs.perform { db in
      try db.rows(
        """
        SELECT concat_ws(' ', status::text, prover_id, convert_from(proof, 'UTF8'), convert_from(public_input, 'UTF8'))
        FROM task WHERE task_id = $1
        """, [.text(id)]
      ).first?.text(0) ?? "gone"
    }
  }

  @Test(arguments: [false, true]) func aRowBecomesATaskAndGetsItsProof(latestFirst: Bool) async throws {
    try await withStore(latestFirst: latestFirst) { world, theirs in
      try await insert(theirs, "a", "b", "c")
      try await world.pass(.seconds(1))
      let claimed = try await world.claim(limit: 3)
      #expect(claimed.map(\.id.text) == (latestFirst ? ["c", "b", "a"] : ["a", "b", "c"]))
      #expect(claimed.first?.kind == "Block")
      #expect(try claimed.first.map { String(decoding: try $0.input.load(), as: UTF8.self) } == "{\"x\": 3}")
      #expect(try await row(theirs, "a") == "proving w")
      for task in claimed {
        var report = EndReport(token: task.token, end: .done, result: .bytes(Data("proof".utf8)), verified: true)
        report.publicInput = Data("[1]".utf8)
        let outcome = try await world.store.exchange(Exchange(worker: "w", ends: [report]))
        #expect(outcome.ends.map(\.verdict) == [.committed])
      }
      for id in ["a", "b", "c"] { #expect(try await row(theirs, id) == "proved w proof [1]") }
      #expect(try await world.state("a") == .done)
    }
  }

  @Test func aFailedTaskIsLeftAloneUntilItIsRetried() async throws {
    try await withStore { world, theirs in
      try await insert(theirs, "a")
      try await world.pass(.seconds(1))
      for _ in 0..<3 {
        let claimed = try await world.run()
        try await world.end(claimed.token, .failed, error: "no luck")
        #expect(try await row(theirs, "a") == "inited w")
        try await world.pass(.seconds(120))
      }
      #expect(try await world.state("a") == .failed)
      // Kept although it is old: its row waits.
      try await world.pass(.seconds(30 * 86_400))
      #expect(try await world.store.expire(limit: 100) == 0)
      #expect(try await world.claim().isEmpty)
      #expect(try await world.retry("a") == .changed(.queued))
      let claimed = try await world.run()
      #expect(try await world.end(claimed.token, verified: true).verdict == .committed)
      try await world.pass(.seconds(30 * 86_400))
      #expect(try await world.store.expire(limit: 100) == 1)
      try await world.pass(.seconds(1))
      #expect(try await world.claim().isEmpty)
    }
  }

  @Test func aProvedRowThatIsSetBackIsProvedAgain() async throws {
    try await withStore { world, theirs in
      try await insert(theirs, "a")
      try await world.pass(.seconds(1))
      try await world.end(try await world.run().token, result: "first", verified: true)
      try await theirs.perform { try $0.run("UPDATE task SET status = 'inited', input = '{\"x\": 4}'") }
      try await world.pass(.seconds(1))
      let again = try await world.run()
      #expect(try String(decoding: again.input.load(), as: UTF8.self) == "{\"x\": 4}")
      try await world.end(again.token, result: "second", verified: true)
      #expect(try await row(theirs, "a") == "proved w second")
      #expect(try await world.store.counts().map(\.count) == [1])
    }
  }

  @Test func whatAnotherProgramTookIsWithdrawnAndStopped() async throws {
    try await withStore { world, theirs in
      try await insert(theirs, "queued", "running", "reset")
      try await world.pass(.seconds(1))
      let claimed = try await world.claim(limit: 1)
      #expect(claimed.map(\.id.text) == ["queued"])
      let running = claimed[0]
      try await theirs.perform {
        try $0.run(
          "DELETE FROM task WHERE task_id = 'running'; UPDATE task SET prover_id = 'other' WHERE task_id = 'queued'")
      }
      try await world.pass(.seconds(1))
      #expect(try await world.state("running") == .cancelled)
      #expect(try await world.record("running").error == "its row in public.task was deleted")
      #expect(try await world.record("queued").error == "another program took its row in public.task for 'other'")
      #expect(try await world.stopSignals().map(\.token) == [running.token])
      #expect(try await world.end(running.token, result: "late", verified: true).verdict == .discarded)
      #expect(try await row(theirs, "queued") == "proving other")
    }
  }

  @Test func aResultForARowThatAnotherProgramProvedComesToNothing() async throws {
    try await withStore { world, theirs in
      try await insert(theirs, "a")
      try await world.pass(.seconds(1))
      let claimed = try await world.run()
      try await theirs.perform {
        try $0.run("UPDATE task SET status = 'proved', proof = 'theirs', prover_id = 'other'")
      }
      #expect(try await world.end(claimed.token, result: "ours", verified: true).verdict == .discarded)
      #expect(try await row(theirs, "a") == "proved other theirs")
      #expect(try await world.state("a") == .cancelled)
      try await theirs.perform { try $0.run("UPDATE task SET status = 'inited'") }
      try await world.pass(.seconds(1))
      #expect(try await world.claim().map(\.id.text) == ["a"])
    }
  }

  @Test func aLockedRowIsHandedOutLater() async throws {
    try await withStore { world, theirs in
      try await insert(theirs, "a", "b")
      try await world.pass(.seconds(1))
      try await theirs.perform { try $0.run("BEGIN; SELECT FROM task WHERE task_id = 'a' FOR UPDATE") }
      #expect(try await world.claim().map(\.id.text) == ["b"])
      try await theirs.perform { try $0.run("COMMIT") }
      try await world.pass(.seconds(2))
      #expect(try await world.claim().map(\.id.text) == ["a"])
    }
  }

  @Test func aResultForALockedRowIsTakenWhenItIsSentAgain() async throws {
    try await withStore { world, theirs in
      try await insert(theirs, "a")
      try await world.pass(.seconds(1))
      let claimed = try await world.run()
      try await theirs.perform { try $0.run("BEGIN; SELECT FROM task FOR UPDATE") }
      let error = await #expect(throws: StoreError.self) {
        try await world.end(claimed.token, result: "p", verified: true)
      }
      #expect(error?.code == .unavailable)
      try await theirs.perform { try $0.run("COMMIT") }
      #expect(try await world.end(claimed.token, result: "p", verified: true).verdict == .committed)
      #expect(try await row(theirs, "a") == "proved w p")
    }
  }

  @Test func originalProversStandInTheirRowsByTheirOwnIds() async throws {
    try await withStore { world, theirs in
      try await insert(theirs, "a")
      try await world.pass(.seconds(1))
      try await world.store.setAccepting(false, worker: "w")
      let name = "original/Block/pod-with-a-very-long-name-0123456789"
      try await world.enroll(name, kinds: ["Block"])
      let claimed = try await world.run(name)
      #expect(try await row(theirs, "a") == "proving pod-with-a-very-long-name-0123")
      try await world.end(claimed.token, result: "p", by: name, verified: true)
      #expect(try await row(theirs, "a") == "proved pod-with-a-very-long-name-0123 p")
    }
  }

  @Test func cancelledByAPersonIsLeftAlone() async throws {
    try await withStore { world, theirs in
      try await insert(theirs, "a")
      try await world.pass(.seconds(1))
      _ = try await world.run()
      #expect(try await world.cancel("a") == .changed(.cancelled))
      #expect(try await row(theirs, "a") == "inited w")
      try await world.pass(.seconds(5))
      #expect(try await world.claim().isEmpty)
    }
  }

  @Test func peopleInsertRowsTakeStrangersAndAreToldOfProblems() async throws {
    try await withStore { world, theirs in
      let store = try #require(world.store as? PostgresStore)
      #expect(
        try await store.outerRows?.insert(
          id: "a", circuit: "block", blockID: 1, input: Data("{}".utf8), output: Data("[2]".utf8))
          == .inserted)
      try await theirs.perform {
        try $0.run(
          """
          INSERT INTO task (task_id, circuit, block_id, input, status, prover_id, updated_time) VALUES
            ('b', 'block', 2, '1', 'proving', 'p', '2001-01-01'), ('bad id', 'block', 2, '1', 'inited', NULL, now())
          """)
      }
      try await world.pass(.seconds(1))
      let rows = try #require(store.outerRows)
      let notices = try await rows.notices()
      #expect(notices.contains { $0.hasPrefix("1 rows of") && $0.contains("'b'") && $0.contains("task adopt") })
      #expect(notices.contains { $0.contains("'bad id'") })
      #expect(notices.contains { $0.contains("CREATE INDEX") })
      let claimed = try await world.run()
      #expect(try await store.output(of: claimed.token) == Data("[2]".utf8))
      #expect(try await rows.adopt(olderThan: .seconds(60)) == 1)
      try await world.pass(.seconds(1))
      #expect(try await world.claim().map(\.id.text) == ["b"])
    }
  }
}
