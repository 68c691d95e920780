import Foundation
import PostgreSQL
import Testing

@testable import TaskStore

/// What others do to rows of which we have tasks: theirs is the last word.
@Suite struct ProverClusterRoundTests {
  /// The reasons for which tasks are withdrawn, and those for which they begin anew.
  private func look(_ world: ProverClusterWorld) async throws -> (withdrawn: [String], again: [String], fresh: [String])
  {
    let look = try await world.look()
    return (look.withdrawn.map(\.reason), look.again.map(\.reason), look.fresh.map(\.task.id.text))
  }

  private func expectNothing(_ world: ProverClusterWorld) async throws {
    let (withdrawn, again, fresh) = try await look(world)
    #expect(withdrawn.isEmpty && again.isEmpty && fresh.isEmpty)
  }

  @Test func aDeletedRowWithdrawsItsTask() async throws {
    try await withProverCluster { world in
      _ = try await world.task("queued")
      _ = try await world.claimedTask("running")
      try await world.sql("DELETE FROM task")
      let found = try await look(world)
      #expect(found.withdrawn == ["its row in public.task was deleted", "its row in public.task was deleted"])
    }
  }

  @Test func aLongQueueIsCheckedInSteps() async throws {
    try await withProverCluster { world in
      let count = LookRound.step + 100
      try await world.sql(
        "INSERT INTO task (task_id, circuit, block_id, input) SELECT 't' || i, 'block', i, '1' FROM generate_series(1, \(count)) i"
      )
      while try await world.takeAll().count < count {}
      let running = try #require(try await world.takeAll()["t\(count)"])
      #expect(try await world.claim(running))
      try await world.sql("DELETE FROM task WHERE block_id IN (1, \(count - 1), \(count))")
      var withdrawn: [Set<Int64>] = []
      for _ in 0..<4 { withdrawn.append(Set(try await world.look().withdrawn.map(\.task))) }
      // What runs is checked every time, the rest in turn.
      #expect(withdrawn.allSatisfy { $0.contains(running) && $0.count == 2 })
      #expect(withdrawn[0] == withdrawn[2] && withdrawn[1] == withdrawn[3] && withdrawn[0] != withdrawn[1])
    }
  }

  @Test func aRowThatAnotherProgramTookWithdrawsItsTask() async throws {
    try await withProverCluster { world in
      _ = try await world.task("a")
      _ = try await world.claimedTask("b")
      _ = try await world.claimedTask("c")
      try await world.sql(
        """
        UPDATE task SET status = 'proving', prover_id = 'other' WHERE task_id IN ('a', 'b');
        UPDATE task SET status = 'proved', prover_id = 'other', proof = 'x' WHERE task_id = 'c'
        """)
      #expect(
        try await look(world).withdrawn == [
          "another program took its row in public.task for 'other'",
          "another program took its row in public.task for 'other'",
          "another program proved its row in public.task for 'other'",
        ])
    }
  }

  @Test func aWithdrawnRowThatIsFreeAgainIsANewRound() async throws {
    try await withProverCluster { world in
      let task = try await world.task("a")
      try await world.sql("UPDATE task SET status = 'proving', prover_id = 'other'")
      #expect(try await world.withdraw(task) == "another program took its row in public.task for 'other'")
      try await expectNothing(world)
      // As the original does at its start.
      try await world.sql("UPDATE task SET status = 'inited' WHERE status = 'proving'")
      #expect(try await look(world).again == ["its row in public.task was set back to 'inited'"])
      try await world.remove(task)
      #expect(try await look(world).fresh == ["a"])
    }
  }

  @Test func aProvedRowThatIsSetBackIsProvedAgain() async throws {
    try await withProverCluster { world in
      let task = try await world.claimedTask("a")
      #expect(try await world.finish(task).written == [task])
      try await world.end(task, state: 4)
      try await expectNothing(world)
      try await world.sql("UPDATE task SET status = 'inited' WHERE task_id = 'a'")
      #expect(try await look(world).again == ["its row in public.task was set back to 'inited'"])
      try await world.remove(task)
      let next = try #require(try await world.takeAll()["a"])
      #expect(next != task)
      #expect(try await world.claim(next, worker: "w2"))
      #expect(try await world.finish(next, worker: "w2", proof: "second").written == [next])
      #expect(try await world.row("a")?.proof == "second")
    }
  }

  @Test func aRunningRowThatIsSetBackBeginsAnew() async throws {
    try await withProverCluster { world in
      let task = try await world.claimedTask("a")
      try await world.sql("UPDATE task SET status = 'inited' WHERE status = 'proving'")
      let reason = "another program set its row in public.task back to 'inited'"
      #expect(try await look(world).withdrawn == [reason])
      #expect(try await world.withdraw(task) == reason)
      #expect(try await look(world).again.count == 1)
      try await world.remove(task)
      #expect(try await look(world).fresh == ["a"])
    }
  }

  @Test func aRowThatIsFreeAgainWhileItsTaskIsWithdrawnIsNotExcluded() async throws {
    try await withProverCluster { world in
      let task = try await world.task("a")
      try await world.sql("UPDATE task SET status = 'proving', prover_id = 'other'")
      let reason = try await world.transaction { table, db in try table.withdraw(task, db) }
      #expect(reason != nil)
      try await world.sql("UPDATE task SET status = 'inited'")
      try await world.end(task, state: 6)
      #expect(try await look(world).again.count == 1)
    }
  }

  @Test func aRowThatIsOursAfterAllIsNotWithdrawn() async throws {
    try await withProverCluster { world in
      let task = try await world.claimedTask("a")
      try await world.sql("UPDATE task SET prover_id = 'other'")
      #expect(try await look(world).withdrawn.count == 1)
      try await world.sql("UPDATE task SET prover_id = 'w1'")
      #expect(try await world.withdraw(task) == nil)
      #expect(try await world.finish(task).written == [task])
    }
  }

  @Test func anotherInputIsAnotherTask() async throws {
    try await withProverCluster { world in
      let queued = try await world.task("queued")
      let running = try await world.claimedTask("running")
      let finished = try await world.claimedTask("finished")
      try await world.sql("UPDATE task SET input = '{\"x\": 4}'")
      let reason = "another program changed what is to be proved in its row in public.task"
      #expect(try await world.claim(queued) == false)
      #expect(try await look(world).withdrawn == [reason, reason, reason])
      #expect(try await world.finish(finished).lost == [finished: reason])
      try await world.end(finished, state: 6)
      for task in [queued, running] { #expect(try await world.withdraw(task) == reason) }
      #expect(try await world.number("SELECT count(*) FROM task WHERE status = 'inited'") == 3)
      #expect(try await look(world).again.count == 3)
      for task in [queued, running, finished] { try await world.remove(task) }
      #expect(try await look(world).fresh == ["finished", "queued", "running"])
    }
  }

  @Test func aRowThatWasDeletedAndInsertedAgainIsAnotherTask() async throws {
    try await withProverCluster { world in
      let task = try await world.task("a")
      try await world.end(task, state: 5)
      try await world.sql(
        """
        DELETE FROM task;
        INSERT INTO task (task_id, circuit, block_id, input, created_time)
        VALUES ('a', 'block', 1, '{"x": 3, "y": 35}', CURRENT_TIMESTAMP + interval '1 minute')
        """)
      #expect(try await look(world).again.count == 1)
    }
  }

  @Test func writingToOtherColumnsDoesNotMatter() async throws {
    try await withProverCluster { world in
      let queued = try await world.task("queued")
      let running = try await world.claimedTask("running")
      let failed = try await world.task("failed")
      try await world.end(failed, state: 5)
      try await world.sql("ALTER TABLE task ADD public_data bytea; UPDATE task SET public_data = 'x'")
      try await expectNothing(world)
      // Noted, so that the rows are not compared at every look.
      #expect(
        try await world.number(
          "SELECT count(*) FROM muster.outer_row o JOIN task r ON r.task_id = o.task_id WHERE r.xmin = o.version") == 3)
      #expect(try await world.finish(running).written == [running])
      #expect(try await world.claim(queued))
    }
  }

  @Test(arguments: [5, 6] as [Int16]) func aTaskThatEndedWithoutAProofIsExcluded(state: Int16) async throws {
    try await withProverCluster { world in
      let task = try await world.claimedTask("a")
      try await world.end(task, state: state)
      #expect(try await world.row("a") == .init(status: "inited", prover: "w1"))
      try await expectNothing(world)
      // Kept as long as its row waits, or it would be proved again and again.
      let mayExpire = { () async throws -> Int in
        try await world.transaction { table, db in
          Int(try db.rows("SELECT count(*) FROM final f WHERE \(table.mayExpire)").first?.int(0) ?? 0)
        }
      }
      #expect(try await mayExpire() == 0)
      // As `task retry` does.
      try await world.ours.perform {
        try $0.run(
          "DELETE FROM final; INSERT INTO live (seq, ord, since, lane, max_attempts, input_size, state) SELECT seq, 1, clock(), 1, 3, 0, 1 FROM task"
        )
      }
      try await expectNothing(world)
      #expect(try await world.claim(task, worker: "w2"))
      #expect(try await world.finish(task, worker: "w2").written == [task])
      try await world.end(task, state: 4)
      #expect(try await mayExpire() == 1)
    }
  }
}
