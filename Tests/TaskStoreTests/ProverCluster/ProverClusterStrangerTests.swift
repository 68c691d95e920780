import Foundation
import PostgreSQL
import Testing

@testable import TaskStore

/// Rows that are `proving` without our doing.
@Suite struct ProverClusterStrangerTests {
  @Test func listsThemAndLeavesThemAlone() async throws {
    try await withProverCluster { world in
      _ = try await world.claimedTask("ours")
      try await world.sql(
        """
        SET TIME ZONE 'UTC';
        INSERT INTO task (task_id, circuit, block_id, input, status, prover_id, updated_time) VALUES
          ('old', 'block', 7, '{}', 'proving', 'pod-1', LOCALTIMESTAMP - interval '2 hours'),
          ('new', 'tx', 8, '{}', 'proving', NULL, LOCALTIMESTAMP)
        """)
      let all = try await world.transaction { try $0.strangers($1) }
      #expect(all.count == 2)
      #expect(all.rows.map(\.id) == ["old", "new"])
      #expect(all.rows.map(\.prover) == ["pod-1", ""])
      #expect(all.rows.map(\.circuit) == ["block", "tx"])
      let old = try await world.transaction { try $0.strangers($1, olderThan: .seconds(3600)) }
      #expect(old.rows.map(\.block) == [7])
      #expect(try await world.look().fresh.isEmpty)
    }
  }

  @Test func adoptsThoseThatAreOld() async throws {
    try await withProverCluster { world in
      _ = try await world.claimedTask("ours")
      try await world.sql(
        """
        SET TIME ZONE 'UTC';
        INSERT INTO task (task_id, circuit, block_id, input, status, prover_id, updated_time) VALUES
          ('old', 'block', 7, '{}', 'proving', 'pod-1', LOCALTIMESTAMP - interval '2 hours'),
          ('locked', 'block', 7, '{}', 'proving', 'pod-2', LOCALTIMESTAMP - interval '2 hours'),
          ('new', 'tx', 8, '{}', 'proving', 'pod-3', LOCALTIMESTAMP)
        """)
      try await world.sql("BEGIN; UPDATE task SET proof = 'theirs', status = 'proved' WHERE task_id = 'locked'")
      #expect(try await world.transaction { try $0.adopt($1, olderThan: .seconds(3600)) } == 1)
      try await world.sql("COMMIT")
      #expect(try await world.row("old") == .init(status: "inited", prover: "pod-1"))
      #expect(try await world.row("new")?.status == "proving")
      #expect(try await world.row("ours")?.status == "proving")
      #expect(try await world.row("locked")?.status == "proved")
      #expect(try await world.look().fresh.map(\.task.id.text) == ["old"])
    }
  }

  @Test func aRowThatAnotherTookFromUsIsAStranger() async throws {
    try await withProverCluster { world in
      let task = try await world.claimedTask("a")
      try await world.sql("UPDATE task SET prover_id = 'other'")
      #expect(try await world.transaction { try $0.strangers($1) }.count == 1)
      try await world.end(task, state: 6)
      #expect(try await world.transaction { try $0.adopt($1, olderThan: .zero) } == 1)
      #expect(try await world.look().again.map(\.task) == [task])
    }
  }

  @Test func advisesAnIndexUntilThereIsOne() async throws {
    try await withProverCluster { world in
      let advice = try #require(try await world.transaction { try $0.advice($1) })
      #expect(advice == #"CREATE INDEX CONCURRENTLY task_status_block_id ON "public".task (status, block_id)"#)
      try await world.sql("CREATE INDEX elsewhere ON task (circuit)")
      #expect(try await world.transaction { try $0.advice($1) } != nil)
      try await world.sql(advice)
      #expect(try await world.transaction { try $0.advice($1) } == nil)
      try await world.sql(
        "DROP INDEX task_status_block_id; CREATE INDEX own ON task (block_id) WHERE status = 'inited'")
      #expect(try await world.transaction { try $0.advice($1) } == nil)
    }
  }
}
