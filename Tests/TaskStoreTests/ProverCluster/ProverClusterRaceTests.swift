import Foundation
import PostgreSQL
import Testing

@testable import TaskStore

/// Several programs over one table at the same time: a row is proved by one of them.
@Suite struct ProverClusterRaceTests {
  @Test func twoOfOursNeverMarkOneRow() async throws {
    try await withProverCluster { world in
      try await world.sql(
        "INSERT INTO task (task_id, circuit, block_id, input) SELECT 't' || i, 'block', i, '{}' FROM generate_series(1, 400) i"
      )
      let tasks = Array(try await world.takeAll().values)
      let second = try await world.connectOurs()
      @Sendable func claimAll(_ worker: String, on connection: PostgresConnection, _ tasks: [Int64]) async throws
        -> Set<Int64>
      {
        var marked: Set<Int64> = []
        for start in stride(from: 0, to: tasks.count, by: 20) {
          let part = tasks[start..<min(start + 20, tasks.count)]
          marked.formUnion(
            try await world.transaction(on: connection) { table, db in
              try table.claim(part.map { OuterClaim(task: $0, id: "", worker: worker) }, db)
            })
        }
        return marked
      }
      async let first = claimAll("one", on: world.ours, tasks.shuffled())
      async let other = claimAll("two", on: second, tasks.shuffled())
      var one = try await first
      let two = try await other
      #expect(one.isDisjoint(with: two))
      // What each found locked by the other.
      let left = tasks.filter { !one.contains($0) && !two.contains($0) }
      one.formUnion(try await claimAll("one", on: world.ours, left))
      #expect(one.union(two) == Set(tasks))
      for (worker, marked) in [("one", one), ("two", two)] {
        #expect(
          try await world.number("SELECT count(*) FROM task WHERE status = 'proving' AND prover_id = '\(worker)'")
            == marked.count)
      }
      await second.close()
    }
  }

  /// The original's coordinator selects and updates without a lock; whatever it does, no row gets two proofs of which we
  /// wrote one over the other's.
  @Test func anotherCoordinatorBesideOurs() async throws {
    try await withProverCluster { world in
      let count = 300
      try await world.sql(
        "INSERT INTO task (task_id, circuit, block_id, input) SELECT 't' || i, 'block', i, '{}' FROM generate_series(1, \(count)) i"
      )
      let tasks = try await world.takeAll()
      async let theirs: Int = world.theirs.perform { db in
        var proved = 0
        while true {
          let next = try db.rows("SELECT task_id::text FROM task WHERE status = 'inited' ORDER BY random() LIMIT 1")
            .first?.text(0)
          guard let next else { return proved }
          let taken = try db.change(
            "UPDATE task SET prover_id = 'theirs', status = 'proving' WHERE task_id = $1 AND status = 'inited'",
            [.text(next)])
          if taken == 0 { continue }
          proved += try db.change(
            "UPDATE task SET proof = 'theirs', status = 'proved' WHERE task_id = $1", [.text(next)])
        }
      }
      var ours = 0
      for task in tasks.values where try await world.claim(task, worker: "ours") {
        let finish = try await world.finish(task, worker: "ours", proof: "ours")
        #expect(finish.written == [task])
        ours += 1
      }
      let others = try await theirs
      #expect(ours + others == count)
      #expect(try await world.number("SELECT count(*) FROM task WHERE proof = 'ours' AND prover_id = 'ours'") == ours)
      #expect(
        try await world.number("SELECT count(*) FROM task WHERE proof = 'theirs' AND prover_id = 'theirs'") == others)
      #expect(try await world.look().withdrawn.count == others)
    }
  }
}
