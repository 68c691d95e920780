import Foundation
import PostgreSQL
import Testing

@testable import TaskStore

/// Another program that keeps rows locked holds up those rows and nothing else.
@Suite struct ProverClusterLockTests {
  /// Runs `body` while another program has the row in a transaction.
  private func whileLocked(_ world: ProverClusterWorld, _ id: String, _ body: () async throws -> Void) async throws {
    let other = try await PostgresConnection.open(PostgresTarget(world.url), name: "other")
    try await other.perform { db in
      try db.run("BEGIN")
      try db.change("SELECT FROM task WHERE task_id = $1 FOR UPDATE", [.text(id)])
    }
    try await body()
    try await other.perform { try $0.run("ROLLBACK") }
    await other.close()
  }

  @Test func aLockedRowIsNotClaimedNow() async throws {
    try await withProverCluster { world in
      let task = try await world.task("a")
      try await whileLocked(world, "a") {
        #expect(try await world.claim(task) == false)
        let look = try await world.look()
        #expect(look.withdrawn.isEmpty && look.again.isEmpty)
      }
      #expect(try await world.claim(task))
    }
  }

  @Test func aResultForALockedRowIsTriedAgain() async throws {
    try await withProverCluster { world in
      let (locked, free) = (try await world.claimedTask("a"), try await world.claimedTask("b"))
      try await whileLocked(world, "a") {
        let ends = [locked, free].map { OuterEnd(task: $0, id: "", worker: "w1", result: Data("p".utf8)) }
        let finish = try await world.finish(ends)
        #expect(finish.written == [free])
        #expect(finish.busy == [locked])
        #expect(finish.lost.isEmpty)
      }
      #expect(try await world.finish(locked).written == [locked])
    }
  }

  @Test func aLockedRowIsGivenBackLater() async throws {
    try await withProverCluster { world in
      let task = try await world.claimedTask("a")
      try await whileLocked(world, "a") {
        try await world.giveBack(task)
        #expect(try await world.standing(task) == .owed)
        let look = try await world.look()
        #expect(look.withdrawn.isEmpty && look.again.isEmpty)
      }
      #expect(try await world.row("a")?.status == "proving")
      _ = try await world.look()
      #expect(try await world.row("a") == .init(status: "inited", prover: "w1"))
      #expect(try await world.standing(task) == .free)
    }
  }

  @Test func aRowThatWeOweIsClaimedAsItIs() async throws {
    try await withProverCluster { world in
      let task = try await world.claimedTask("a")
      try await whileLocked(world, "a") { try await world.giveBack(task) }
      #expect(try await world.claim(task, worker: "w2"))
      #expect(try await world.row("a") == .init(status: "proving", prover: "w2"))
      _ = try await world.look()
      #expect(try await world.row("a")?.status == "proving")
    }
  }

  @Test func aWholeTableUnderLockHoldsUpNobodyForLong() async throws {
    try await withProverCluster { world in
      for index in 0..<20 { try await world.insert("t\(index)", block: Int64(index)) }
      let tasks = try await world.takeAll()
      let other = try await PostgresConnection.open(PostgresTarget(world.url), name: "other")
      try await other.perform { try $0.run("BEGIN; UPDATE task SET output = '1' WHERE block_id < 10") }
      let marked = try await world.transaction { table, db in
        try table.claim(tasks.values.map { OuterClaim(task: $0, id: "", worker: "w") }, db)
      }
      #expect(marked == Set(tasks.filter { (Int($0.key.dropFirst()) ?? 0) >= 10 }.values))
      try await other.perform { try $0.run("COMMIT") }
      // Their output was changed: something else is to be proved now.
      #expect(try await world.look().withdrawn.count == 10)
      await other.close()
    }
  }
}
