import Foundation
import PostgreSQL
import Testing

@testable import TaskStore

/// What is written into rows, and that it is written only into rows that are as we left them.
@Suite struct ProverClusterMarkTests {
  @Test func claimMarksAndFinishWritesTheProof() async throws {
    try await withProverCluster { world in
      let task = try await world.task("a")
      #expect(try await world.claim(task, worker: "w1"))
      #expect(try await world.row("a") == .init(status: "proving", prover: "w1"))
      let finish = try await world.finish(task, proof: "\u{0}bytes", publicInput: "[1]")
      #expect(finish.written == [task])
      #expect(
        try await world.row("a") == .init(status: "proved", prover: "w1", proof: "\u{0}bytes", publicInput: "[1]"))
      #expect(try await world.standing(task) == .proved)
    }
  }

  @Test func triggersOfOthersFindTheirTablesAndWriteUTC() async throws {
    try await withProverCluster { world in
      let task = try await world.task("a")
      try await world.sql(
        """
        CREATE TABLE journal (status task_status, at timestamp);
        CREATE FUNCTION note() RETURNS TRIGGER LANGUAGE plpgsql AS $$
          BEGIN INSERT INTO journal VALUES (NEW.status, NEW.updated_time); RETURN NEW; END $$;
        CREATE TRIGGER zz_note BEFORE INSERT OR UPDATE ON task FOR EACH ROW EXECUTE PROCEDURE note();
        SET TIME ZONE 'UTC'
        """)
      #expect(try await world.claim(task))
      try await world.giveBack(task)
      #expect(try await world.claim(task))
      #expect(try await world.finish(task).written == [task])
      try await world.sql(
        "INSERT INTO task (task_id, circuit, block_id, input, status) VALUES ('s', 'block', 1, '1', 'proving')")
      #expect(try await world.transaction { try $0.adopt($1, olderThan: .zero) } == 1)
      let new = try await world.transaction {
        try $0.insert(id: "n", circuit: "block", blockID: 1, input: Data("1".utf8), $1)
      }
      #expect(new == .inserted)
      // Four marks, their row, its adoption, and our row.
      let times = "SELECT count(*) FROM journal WHERE abs(extract(epoch FROM at - (now() AT TIME ZONE 'UTC'))) < 3600"
      #expect(try await world.number(times) == 7)
    }
  }

  @Test func publicInputStaysIfTheVerifierPrintsNone() async throws {
    try await withProverCluster { world in
      let task = try await world.claimedTask("a")
      try await world.sql("UPDATE task SET public_input = 'theirs'")
      _ = try await world.finish(task)
      #expect(try await world.row("a")?.publicInput == "theirs")
    }
  }

  @Test(arguments: [
    ("worker-7", "worker-7"), ("original/block/pod-1", "pod-1"), ("original/block/a/b", "a/b"),
    ("original/block/" + String(repeating: "é", count: 40), String(repeating: "é", count: 30)),
    (String(repeating: "x", count: 29) + "👩‍👩‍👧", String(repeating: "x", count: 29) + "👩"), ("zero\u{0}byte", "zerobyte"),
  ]) func proverIsTheWorkersNameCut(worker: String, stored: String) async throws {
    try await withProverCluster { world in
      let task = try await world.claimedTask("a", worker: worker)
      #expect(try await world.row("a")?.prover == stored)
      #expect(try await world.look().withdrawn.isEmpty)
      #expect(try await world.finish(task, worker: worker).written == [task])
      #expect(try await world.row("a")?.prover == stored)
    }
  }

  @Test func claimTakesOnlyRowsThatAreFree() async throws {
    try await withProverCluster { world in
      let (deleted, taken, free) = (try await world.task("a"), try await world.task("b"), try await world.task("c"))
      try await world.sql(
        "DELETE FROM task WHERE task_id = 'a'; UPDATE task SET status = 'proving', prover_id = 'w1' WHERE task_id = 'b'"
      )
      let marked = try await world.transaction { table, db in
        try table.claim([deleted, taken, free].map { OuterClaim(task: $0, id: "", worker: "w1") }, db)
      }
      #expect(marked == [free])
    }
  }

  @Test func finishWritesOnlyRowsThatAreOurs() async throws {
    try await withProverCluster { world in
      var tasks: [String: Int64] = [:]
      for id in ["deleted", "taken", "proved", "back", "fine"] { tasks[id] = try await world.claimedTask(id) }
      try await world.sql(
        """
        DELETE FROM task WHERE task_id = 'deleted';
        UPDATE task SET prover_id = 'other' WHERE task_id = 'taken';
        UPDATE task SET status = 'proved', prover_id = 'other', proof = 'theirs' WHERE task_id = 'proved';
        UPDATE task SET status = 'inited' WHERE task_id = 'back'
        """)
      let ends = tasks.values.map { OuterEnd(task: $0, id: "", worker: "w1", result: Data("ours".utf8)) }
      let finish = try await world.finish(ends)
      #expect(finish.written == [try #require(tasks["fine"])])
      #expect(finish.busy.isEmpty)
      #expect(
        finish.lost == [
          try #require(tasks["deleted"]): "its row in public.task was deleted",
          try #require(tasks["taken"]): "another program took its row in public.task for 'other'",
          try #require(tasks["proved"]): "another program proved its row in public.task for 'other'",
          try #require(tasks["back"]): "another program set its row in public.task back to 'inited'",
        ])
      #expect(try await world.number("SELECT count(*) FROM task WHERE proof = 'ours'") == 1)
      #expect(try await world.row("proved")?.proof == "theirs")
    }
  }

  @Test func aLateResultIsTakenForARowThatWasGivenBack() async throws {
    try await withProverCluster { world in
      let task = try await world.claimedTask("a")
      try await world.giveBack(task)
      #expect(try await world.finish(task).written == [task])
      let other = try await world.claimedTask("b")
      try await world.giveBack(other)
      #expect(try await world.claim(other, worker: "w2"))
      #expect(try await world.finish(other, worker: "w1").written == [other])
      #expect(try await world.row("b")?.prover == "w1")
    }
  }

  @Test func givingBackLeavesTheProverAndOtherProgramsRows() async throws {
    try await withProverCluster { world in
      let (ours, taken, deleted) = (
        try await world.claimedTask("a"), try await world.claimedTask("b"), try await world.claimedTask("c")
      )
      try await world.sql(
        "UPDATE task SET prover_id = 'other' WHERE task_id = 'b'; DELETE FROM task WHERE task_id = 'c'")
      for task in [ours, taken, deleted] { try await world.giveBack(task) }
      #expect(try await world.row("a") == .init(status: "inited", prover: "w1"))
      #expect(try await world.row("b") == .init(status: "proving", prover: "other"))
      #expect(try await world.standing(ours) == .free)
      #expect(try await world.standing(taken) == .lost)
      #expect(try await world.standing(deleted) == .lost)
    }
  }

  @Test func aTriggerThatRefusesOneRowDoesNotStopTheOthers() async throws {
    try await withProverCluster { world in
      let (a, b, c) = (
        try await world.claimedTask("a"), try await world.claimedTask("b"), try await world.task("c")
      )
      try await world.sql(
        """
        CREATE FUNCTION refuse() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN
          IF NEW.task_id IN ('a', 'c') THEN RAISE EXCEPTION 'row % is closed', NEW.task_id; END IF; RETURN NEW; END $$;
        CREATE TRIGGER refuse BEFORE UPDATE ON task FOR EACH ROW EXECUTE PROCEDURE refuse();
        """)
      let ends = [a, b].map { OuterEnd(task: $0, id: "", worker: "w1", result: Data("p".utf8)) }
      let finish = try await world.finish(ends)
      #expect(finish.written == [b])
      #expect(finish.lost[a]?.contains("row a is closed") == true)
      #expect(try await world.claim(c) == false)
      // Not even to be set back: it stays as it is.
      #expect(try await world.standing(a) == .lost)
      #expect(try await world.row("a")?.status == "proving")
      #expect(try await world.row("b")?.status == "proved")
    }
  }

  @Test func aProofThatTheTableDoesNotTakeIsNotProvedForEver() async throws {
    try await withProverCluster { world in
      let task = try await world.claimedTask("a")
      try await world.sql("ALTER TABLE task ADD CHECK (length(proof) < 3)")
      #expect(try await world.finish(task).lost[task]?.contains("does not take its proof: ") == true)
      #expect(try await world.row("a") == .init(status: "inited", prover: "w1"))
      try await world.end(task, state: 6)
      let look = try await world.look()
      #expect(look.again.isEmpty && look.fresh.isEmpty)
    }
  }

  @Test func takesALargeProof() async throws {
    try await withProverCluster { world in
      let task = try await world.claimedTask("a")
      let proof = String(repeating: "0123456789abcdef", count: 1 << 20)
      #expect(try await world.finish(task, proof: proof).written == [task])
      #expect(try await world.row("a")?.proof == proof)
    }
  }
}
