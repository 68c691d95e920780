import Foundation
import MusterCore
import PostgreSQL
import PostgresFixture
import TaskModel
import Testing

@testable import TaskStore

extension TwoStoresTests {
  // MARK: Errands

  @Test("what is cancelled at one coordinator is stopped at the other, within a second")
  func cancel() async throws {
    try await withPair { pair in
      try await pair.a.submit("t")
      try await pair.a.submit("u")
      try await pair.a.connect("w", slots: 1)
      let claimed = try await pair.a.run()
      _ = try await pair.a.signals()
      #expect(try await pair.b.cancel("t") == .changed(.cancelled))
      try await pair.pass(.seconds(1))
      #expect(try await pair.a.signals().flatMap(\.stops) == [StoppedAttempt(worker: "w", token: claimed.token)])
      #expect(try await pair.a.claim().map(\.id.text) == ["u"], "the slot is free again")
      try await pair.pass(.seconds(1))
      #expect(try await pair.a.stopSignals().isEmpty, "it is told once")
    }
  }

  @Test("drain, resume and release reach the coordinator that has the worker")
  func errands() async throws {
    try await withPair { pair in
      try await pair.a.connect("w")
      #expect(try await pair.b.shared.post(.drain, to: "w"))
      #expect(try await pair.b.shared.post(.resume, to: "w"))
      #expect(try await pair.b.shared.post(.release, to: "w"))
      #expect(try await !pair.b.shared.post(.drain, to: "nobody"))
      try await pair.pass(.seconds(1))
      let errands = try await pair.a.signals().flatMap(\.errands)
      #expect(errands.map(\.worker) == ["w", "w", "w"])
      #expect(errands.map(\.errand) == [.drain, .resume, .release])
      #expect(try await pair.b.signals().flatMap(\.errands).isEmpty)
    }
  }

  @Test("errands that are read and not carried out, because the database went away, are carried out later")
  func errandsInTrouble() async throws {
    try await withPair { pair in
      try await pair.a.submit("t")
      try await pair.a.connect("w")
      let claimed = try await pair.a.run()
      _ = try await pair.a.signals()
      #expect(try await pair.b.cancel("t") == .changed(.cancelled))
      #expect(try await pair.b.shared.post(.drain, to: "w"))
      // What the errand is carried out with is gone; nothing new can be made for a moment.
      let name = try await pair.outsider.texts("SELECT current_database()::text")[0]
      try await PostgresServer.shared().administer { try $0.run("ALTER DATABASE \(name) ALLOW_CONNECTIONS false") }
      try await pair.outsider.run(
        """
        SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'muster workers'
        """)
      pair.time.advance(by: .seconds(1))
      try? await pair.a.store.tick()
      try await PostgresServer.shared().administer { try $0.run("ALTER DATABASE \(name) ALLOW_CONNECTIONS true") }
      try await until("the database is back") { (try? await pair.a.store.holders()) != nil }
      try await until("the store works") { (try? await pair.a.postgres.perform { _, _ in }) != nil }
      try await pair.pass(.seconds(2))
      let signals = try await pair.a.signals()
      #expect(signals.flatMap(\.stops) == [StoppedAttempt(worker: "w", token: claimed.token)])
      #expect(signals.flatMap(\.errands).map(\.errand) == [.drain])
    }
  }

  @Test("a worker that is set aside at one coordinator is set aside at the other")
  func aside() async throws {
    try await withPair { pair in
      try await pair.a.submit("t")
      try await pair.a.connect("w")
      let record = SetAsideRecord(
        worker: "w", kind: "plain", rule: .nothing, reason: "gave 2 invalid results", until: pair.time.timestamp())
      try await pair.b.shared.remember(record, worker: "w", kind: "plain")
      #expect(try await pair.a.shared.setAsideRecords(of: "w") == [record])
      try await pair.pass(.seconds(1))
      #expect(try await pair.a.claim().isEmpty)
      // It comes along when the worker changes the coordinator.
      try await pair.b.connect("w", generation: 2)
      #expect(try await pair.b.claim().isEmpty)
      try await pair.a.shared.remember(nil, worker: "w", kind: "plain")
      try await pair.pass(.seconds(1))
      #expect(try await pair.b.claim().map(\.id.text) == ["t"])
      #expect(try await pair.a.shared.setAsideRecords(of: nil).isEmpty)
    }
  }

  // MARK: Duties

  @Test("one has the duties, and the other takes them over when the first's connection dies")
  func duties() async throws {
    try await withPair { pair in
      let (a, b) = (try pair.a.postgres.duty, try pair.b.postgres.duty)
      try await pair.pass(.seconds(1))
      #expect(await a.isOnDuty)
      #expect(await !b.isOnDuty)
      try await pair.outsider.run(
        """
        SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE pid IN (
          SELECT pid FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted
            AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))
        """)
      pair.time.advance(by: .seconds(1))
      try await pair.b.store.tick()
      #expect(await b.isOnDuty)
      // The first learns of it when it next asks.
      _ = try? await pair.a.store.tick()
      #expect(await !a.isOnDuty)
      try await pair.a.submit("t")
      try await pair.b.connect("w")
      try await pair.b.end(try await pair.b.run().token, .failed)
      try await pair.pass(.seconds(2))
      #expect(try await pair.a.state("t") == .queued, "its backoff was let end by the other")
      try await pair.pass(.seconds(2))
      #expect(await !a.isOnDuty)
      let coordinators = try await pair.a.shared.coordinators()
      #expect(coordinators.map(\.isThis) == [true, false])
      #expect(coordinators.map(\.onDuty) == [false, true])
    }
  }

  @Test("results that wait for a verifier are adopted when their coordinator is gone", arguments: [true, false])
  func adopted(byItself: Bool) async throws {
    try await withPair { pair in
      try await pair.pass(.seconds(1))
      try await pair.b.submit("t", kind: "judged")
      try await pair.b.connect("w")
      let claimed = try await pair.b.run()
      #expect(try await pair.b.end(claimed.token, result: "r").verdict == .verifying)
      _ = try await pair.a.signals()
      if byItself {
        await pair.b.store.close()
      }
      // The other is heard no more, for it is closed or does nothing.
      for _ in 0..<8 {
        pair.time.advance(by: .seconds(3))
        try await pair.a.store.tick()
      }
      #expect(try await pair.a.signals().flatMap(\.unverified).map(\.token) == [claimed.token])
      #expect(try await pair.a.judge(claimed.token, valid: true).verdict == .committed)
      #expect(try await pair.a.resultText("t") == "r")
    }
  }

  @Test("a result of a coordinator that still judges it is not adopted")
  func notAdopted() async throws {
    try await withPair { pair in
      try await pair.b.submit("t", kind: "judged")
      try await pair.b.connect("w")
      let claimed = try await pair.b.run()
      #expect(try await pair.b.end(claimed.token, result: "r").verdict == .verifying)
      for _ in 0..<8 { try await pair.pass(.seconds(3)) }
      #expect(try await pair.a.signals().flatMap(\.unverified).isEmpty)
      #expect(try await pair.b.judge(claimed.token, valid: true).verdict == .committed)
    }
  }

  @Test("an errand waits for a coordinator that was away together with the database")
  func errandOverOutage() async throws {
    try await withPair { pair in
      try await pair.a.store.tick()
      try await pair.b.connect("w")
      try await pair.pass(.seconds(1))
      #expect(try await pair.a.shared.post(.drain, to: "w"))
      // Nobody could reach the database for a minute; whoever comes first has the duties.
      pair.time.advance(by: .seconds(60))
      try await pair.a.store.tick()
      try await pair.b.store.tick()
      #expect(try await pair.b.signals().flatMap(\.errands).map(\.errand) == [.drain])
      #expect(try await pair.b.renew("w").isEmpty)
    }
  }
}
