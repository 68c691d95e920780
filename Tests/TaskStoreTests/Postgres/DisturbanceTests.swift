import Foundation
import MusterCore
import PostgreSQL
import PostgresFixture
import SeededDice
import TaskModel
import Testing

@testable import TaskStore

/// Whatever happens to the database while two coordinators work over it: every task ends once, as its callers were told.
@Suite(.serialized) struct DisturbanceTests {
  @Test("connections that are ended again and again")
  func terminated() async throws {
    let dice = Dice(announcedBy: "DisturbanceTests.terminated")
    try await withFreshDatabase { url in
      _ = try await Workload().run(url, dice) { _, progress in
        var dice = dice
        try await withOutsider(url) { outsider in
          for percent in stride(from: 0, to: 96, by: 4) {
            try await progress.reaches(dice.roll(percent..<percent + 4))
            try await outsider.run(
              """
              SELECT pg_terminate_backend(pid) FROM pg_stat_activity
              WHERE datname = current_database() AND application_name LIKE 'muster%'
              """)
          }
        }
      }
    }
  }

  @Test("connections that are cut before, after and under one commit in eight")
  func cut() async throws {
    let dice = Shared(Dice(announcedBy: "DisturbanceTests.cut"))
    let server = try await PostgresServer.shared()
    try await withFreshDatabase { direct in
      try await withProxy(server) { proxy in
        let name = direct.split(separator: "?")[0].split(separator: "/").last.map { String($0) } ?? ""
        try await prepare(direct)
        proxy.plan { _ in
          var cut: CommitProxy.Cut?
          dice.change { dice in
            if dice.roll(0..<8) == 0 { cut = [.before, .after, .under].randomElement(using: &dice) }
          }
          return cut
        }
        let told = try await Workload().run(proxy.url(database: name), dice.value) { _, _ in }
        #expect(proxy.cuts > 5)
        #expect(told.unanswered < proxy.cuts, "callers hear of it only if it happens again and again")
        print("DisturbanceTests.cut: \(proxy.cuts) commits, of which \(told.unanswered) callers heard")
      }
    }
  }

  @Test("a server that crashes and comes back", arguments: [PostgresServer.Stop.immediate, .kill9])
  func crashed(_ stop: PostgresServer.Stop) async throws {
    let dice = Dice(announcedBy: "DisturbanceTests.crashed")
    try await withPostgresServer { server in
      let url = try await server.freshDatabase()
      try await Workload().run(url, dice) { stores, progress in
        var dice = dice
        for percent in [0, 20, 40, 60] {
          try await progress.reaches(dice.roll(percent..<percent + 20))
          await server.stop(stop)
          try await until("both know that it is away", seconds: 10) { stores.allSatisfy { $0.outage != nil } }
          try await server.start()
          try await until("both know that it is back", seconds: 10) {
            // When all is done, nobody asks it for anything.
            progress.isOver || stores.allSatisfy { $0.outage == nil }
          }
          #expect(stores.allSatisfy { $0.statistics().commitFailures == 0 }, "an outage is not a failure")
        }
      }
    }
  }

  /// Each statement that changes unfinished or final tasks fails in 5 of 100 cases as if it had lost against another.
  private static let injection = """
    CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF random() < 0.025 THEN RAISE EXCEPTION 'injected' USING ERRCODE = '40001'; END IF;
      IF random() < 0.025 THEN RAISE EXCEPTION 'injected' USING ERRCODE = '40P01'; END IF;
      RETURN NULL;
    END $$;
    CREATE TRIGGER lose BEFORE INSERT OR UPDATE OR DELETE ON live FOR EACH STATEMENT EXECUTE FUNCTION lose();
    CREATE TRIGGER lose BEFORE INSERT OR UPDATE OR DELETE ON final FOR EACH STATEMENT EXECUTE FUNCTION lose();
    CREATE TRIGGER lose BEFORE INSERT ON task FOR EACH STATEMENT EXECUTE FUNCTION lose();
    """

  @Test("transactions that lose against others")
  func lost() async throws {
    let dice = Dice(announcedBy: "DisturbanceTests.lost")
    try await withFreshDatabase { url in
      try await prepare(url)
      try await withOutsider(url) { outsider in
        try await outsider.run(Self.injection)
        let name = try await outsider.texts("SELECT current_database()::text")[0]
        try await outsider.run("ALTER DATABASE \(name) SET default_transaction_isolation = 'serializable'")
      }
      let told = try await Workload().run(url, dice) { _, _ in }
      // One that loses twelve times in a row is told to try again.
      #expect(told.unanswered < 20)
    }
  }

  @Test("two coordinators that cancel the same tasks in opposite orders")
  func deadlock() async throws {
    try await withFreshDatabase { url in
      let stores = [
        try await PostgresStore.open(PostgresTarget(url), logger: .silent),
        try await PostgresStore.open(PostgresTarget(url), logger: .silent),
      ]
      let world = World(stores[0], time: ManualTime())
      let ids = (0..<150).map { TaskID(trusted: "t\($0)") }
      _ = try await stores[0].submit(ids.map { world.task($0.text) })
      async let forwards = stores[0].cancel(ids, reason: "first")
      async let backwards = stores[1].cancel(ids.reversed(), reason: "second")
      let (first, second) = try await (forwards, Array(backwards.reversed()))
      for (one, other) in zip(first, second) {
        #expect(Set([one, other]) == [.changed(.cancelled), .unchanged(.cancelled)])
      }
      for store in stores { await store.close() }
    }
  }

  /// Makes the tables, so that something can be put into their way.
  private func prepare(_ url: String) async throws {
    let store = try await PostgresStore.open(PostgresTarget(url), logger: .silent)
    await store.close()
  }
}
