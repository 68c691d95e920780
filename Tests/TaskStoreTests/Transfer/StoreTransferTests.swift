import Foundation
import MusterCore
import PostgreSQL
import PostgresFixture
import SeededDice
import TaskModel
import Testing

@testable import TaskStore

/// A store that was copied is the same store.
@Suite struct StoreTransferTests {
  @Test("everything in a store goes along, there and back") func thereAndBack() async throws {
    try await TransferWorld.with { world in
      let time = ManualTime()
      let before = try await world.over("a", time: time) { world in
        try await TransferWorld.fill(world)
        // No text of PostgreSQL has a zero byte, so that of an error does not come along.
        return try await portrait(world.store).map { $0.replacing("\0good", with: "\u{FFFD}good") }
      }
      let survey = try await StoreTransfer(from: world.file("a"), to: world.database, leases: { _, _ in nil }).survey()
      let there = try await world.copy(world.file("a"), world.database)
      #expect(survey == there)
      #expect(there.tasks == 13 && there.unverified == 1 && there.dependencies == 3 && there.logPieces == 2)
      #expect(there.counts.reduce(0) { $0 + $1.count } == 13)
      #expect(there.bytes > 3 * Int64(PayloadFiles.inlineBound))
      same(try await world.overDatabase(time: time) { try await portrait($0.store) }, before)

      let back = try await world.copy(world.database, world.file("b"))
      #expect(back == there)
      same(try await world.over("b", time: time) { try await portrait($0.store) }, before)
      #expect(try payloads("\(world.folder)/b") == 3)
      // A file may be copied to a file, too.
      #expect(try await world.copy(world.file("b"), world.file("c")) == there)
    }
  }

  /// Says only what differs: the whole is long.
  private func same(_ copy: [String], _ original: [String]) {
    let difference = copy.difference(from: original).map { "\($0)".prefix(2000) }
    #expect(difference.isEmpty, "\(difference.joined(separator: "\n"))")
  }

  private func payloads(_ folder: String) throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: folder + "/payloads").count
  }

  @Test("an attempt that runs meanwhile ends on the new store, by its old token", arguments: [true, false])
  func attemptsGoOn(toDatabase: Bool) async throws {
    try await TransferWorld.with { world in
      let time = ManualTime()
      let fill: (World) async throws -> ClaimedTask = { world in
        try await world.enroll()
        try await world.submit("a")
        return try await world.run()
      }
      let go: @Sendable (ClaimedTask, World) async throws -> Void = { claimed, world in
        #expect(try await world.store.holders() == ["w"])
        try await world.enroll()
        #expect(try await world.store.held(by: "w") == [claimed.token])
        #expect(try await world.end(claimed.token, result: "r").verdict == .committed)
        // Numbers go on behind those that were copied.
        try await world.submit("b")
        #expect(try #require(try await world.claim().first).token.task == claimed.token.task + 1)
      }
      if toDatabase {
        let claimed = try await world.over("a", time: time, fill)
        _ = try await world.copy(world.file("a"), world.database)
        try await world.overDatabase(time: time) { try await go(claimed, $0) }
      } else {
        let claimed = try await world.overDatabase(time: time, fill)
        _ = try await world.copy(world.database, world.file("a"))
        try await world.over("a", time: time) { try await go(claimed, $0) }
      }
    }
  }

  @Test("a running attempt of a worker without heartbeats gets a lease") func leases() async throws {
    try await TransferWorld.with { world in
      let time = ManualTime()
      _ = try await world.over("a", time: time) { world in
        for name in ["original/plain/p", "w"] { try await world.enroll(name, slots: 1) }
        try await world.submit("a")
        try await world.submit("b")
        _ = try await world.claim("original/plain/p")
        _ = try await world.claim("w")
      }
      _ = try await world.copy(world.file("a"), world.database) { worker, kind in
        worker.hasPrefix("original/") && kind == "plain" ? .seconds(600) : nil
      }
      let connection = try await PostgresConnection.open(PostgresTarget(world.url), name: "test")
      let schema = world.schema
      let leases = try await connection.perform { db in
        try db.rows(
          """
          SELECT lease_ends BETWEEN clock_timestamp() + '500 s' AND clock_timestamp() + '600 s' FROM \(schema).live
          ORDER BY seq
          """
        ).map { $0.isNull(0) ? nil : $0.bool(0) }
      }
      await connection.close()
      #expect(leases == [true, nil])
    }
  }

  @Test("random calls over stores that are copied from one to the next get the answers of one store")
  func randomCalls() async throws {
    var dice = Dice(announcedBy: "random calls over copies")
    try await TransferWorld.with { world in
      let time = ManualTime()
      let walk = RandomWalk(
        try World(folder: "\(world.folder)/0", time: time), folder: nil, dice: Dice(seed: dice.next()))
      try await walk.begin()
      for round in 0..<4 {
        for _ in 0..<150 { try await walk.step() }
        try await walk.compareAll()
        try await walk.move {
          if round.isMultiple(of: 2) {
            _ = try await world.copy(world.file("\(round)"), world.database)
            return try await World(schema: world.schema, in: world.url, time: time)
          }
          _ = try await world.copy(world.database, world.file("\(round + 1)"))
          try await world.run("DROP SCHEMA \(world.schema) CASCADE")
          return try World(folder: "\(world.folder)/\(round + 1)", time: time)
        }
        try await walk.compareAll()
      }
      try await walk.finish()
    }
  }
}
