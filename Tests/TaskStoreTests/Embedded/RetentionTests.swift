import Foundation
import GRDB
import MusterCore
import TaskModel
import Testing

@testable import TaskStore

@Suite struct RetentionTests {
  private static let kinds = [
    KindDefinition(name: "plain", keep: .seconds(60)), KindDefinition(name: "judged", keep: .seconds(600)),
  ]

  @Test("final tasks go when their kind's time is over, a few at a time", arguments: StoreSort.allCases)
  func expiry(_ sort: StoreSort) async throws {
    try await withStore(sort, kinds: Self.kinds) { world in
      for number in 0..<5 { try await world.submit("t\(number)") }
      try await world.submit("longer", kind: "judged")
      try await world.submit("stays")
      for id in ["t0", "t1", "t2", "t3", "t4", "longer"] { _ = try await world.cancel(id) }
      world.time.advance(by: .seconds(60))
      #expect(try await world.store.expire(limit: 100) == 0)
      world.time.advance(by: .milliseconds(1))
      #expect(try await world.store.expire(limit: 2) == 2)
      #expect(try await world.store.expire(limit: 0) == 0)
      #expect(try await world.store.expire(limit: 100) == 3)
      #expect(try await world.store.list(TaskFilter()).map(\.id.text) == ["stays", "longer"])
      // The id is free again.
      #expect(try await world.submit("t0", input: "other") == .accepted(.queued))
    }
  }

  @Test(
    "tasks of kinds that nobody has defined are kept as long as is said for all others", arguments: StoreSort.allCases)
  func otherKinds(_ sort: StoreSort) async throws {
    try await withStore(sort, kinds: Self.kinds) { world in
      try await world.store.define(Self.kinds, keep: .seconds(30))
      try await world.submit("a", kind: "other")
      try await world.submit("b")
      for id in ["a", "b"] { _ = try await world.cancel(id) }
      world.time.advance(by: .seconds(31))
      #expect(try await world.store.expire(limit: 100) == 1)
      #expect(try await world.store.list(TaskFilter()).map(\.id.text) == ["b"])
    }
  }

  @Test("a task on which an unfinished one depends stays", arguments: StoreSort.allCases)
  func dependencies(_ sort: StoreSort) async throws {
    try await withStore(sort, kinds: Self.kinds) { world in
      try await world.submit("a")
      try await world.submit("b", after: ["a"])
      try await world.enroll(slots: 1)
      try await world.end(try await world.run().token, result: "x")
      world.time.advance(by: .seconds(3600))
      #expect(try await world.store.expire(limit: 100) == 0)
      #expect(try await world.resultText("a") == "x")
      try await world.end(try await world.run().token)
      world.time.advance(by: .seconds(61))
      #expect(try await world.store.expire(limit: 100) == 2)
      #expect(try await world.store.counts().isEmpty)
    }
  }

  @Test("nothing of a deleted task is left in any table, nor its files")
  func nothingLeft() async throws {
    try await withFolder { folder in
      let store = try EmbeddedStore(folder: folder, time: ManualTime(), logger: .silent)
      let time = ManualTime()
      await store.close()
      let second = try EmbeddedStore(folder: folder, time: time, logger: .silent)
      let world = World(second, time: time)
      try await second.define(
        Self.kinds.map { kind in
          var kind = kind
          kind.verifier = kind.name == "judged" ? ["check"] : nil
          return kind
        })
      let large = try await second.keep(Data(count: 300 * 1024))
      try await world.submit("a", kind: "judged") { $0.input = large }
      try await world.submit("b", input: "x", after: ["a"]) { $0.labels = ["k": "v"] }
      try await world.enroll()
      let first = try await world.run()
      try await second.appendLogs([LogPiece(token: first.token, text: Data("log".utf8))])
      try await world.end(first.token, .lost)
      _ = try await second.exchange(
        Exchange(
          worker: "w",
          ends: [
            EndReport(token: first.token, end: .done, result: try await second.keep(Data(count: 300 * 1024 + 1)))
          ]))
      try await world.judge(first.token, valid: true)
      try await world.end(try await world.run().token, result: "y")
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/payloads").count == 2)
      time.advance(by: .seconds(601))
      #expect(try await second.expire(limit: 100) == 2)
      _ = try await second.holders()
      let left = try await second.database.read { db in
        try ["task", "input", "result", "verification", "attempt", "dependency", "log"].map {
          try Int.fetchOne(db, sql: "SELECT count(*) FROM \($0)") ?? -1
        }
      }
      #expect(left == [0, 0, 0, 0, 0, 0, 0])
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/payloads").isEmpty)
      await second.close()
    }
  }

  @Test("the file stops growing: freed space is used again")
  func plateau() async throws {
    try await withFolder { folder in
      let time = ManualTime()
      let store = try EmbeddedStore(folder: folder, time: time, logger: .silent)
      let world = World(store, time: time)
      try await store.define(Self.kinds)
      try await world.enroll(slots: 200)
      var pages: [Int] = []
      for round in 0..<16 {
        _ = try await store.submit(
          (0..<200).map { world.task("r\(round)-\($0)", input: String(repeating: "i", count: 700)) })
        let claimed = try await world.claim(limit: 200)
        #expect(claimed.count == 200)
        try await store.appendLogs(claimed.map { LogPiece(token: $0.token, text: Data(count: 100)) })
        _ = try await store.exchange(
          Exchange(
            worker: "w",
            ends: claimed.map { EndReport(token: $0.token, end: .done, result: .bytes(Data(count: 700))) }))
        // Two rounds' tasks are kept at a time.
        time.advance(by: .seconds(40))
        while try await store.expire(limit: 64) > 0 {}
        pages.append(try await store.database.read { try Int.fetchOne($0, sql: "PRAGMA page_count") } ?? 0)
      }
      let early = try #require(pages.dropFirst(3).first)
      let late = try #require(pages.last)
      #expect(late <= early + early / 10, "pages after each round: \(pages)")
      #expect(try await store.counts().map(\.count).reduce(0, +) <= 400)
      await store.close()
    }
  }
}
