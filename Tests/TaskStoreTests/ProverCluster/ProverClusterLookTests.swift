import Foundation
import PostgreSQL
import TaskModel
import Testing

@testable import TaskStore

/// Rows that others insert become tasks, once, in the table's order.
@Suite struct ProverClusterLookTests {
  @Test func findsARowInsertedByHandOnce() async throws {
    try await withProverCluster { world in
      try await world.sql(
        """
        INSERT INTO task (task_id, circuit, block_id, input, status)
        VALUES ('task_1', 'block', 1, '{"x": 3, "y": 35}'::jsonb, 'inited')
        """)
      let task = try #require(try await world.look().fresh.first?.task)
      #expect(task.id.text == "task_1")
      #expect(task.kind == "block")
      #expect(task.order == 1)
      #expect(String(decoding: task.input, as: UTF8.self) == #"{"x": 3, "y": 35}"#)
      // Not taken yet: it is found again.
      #expect(try await world.look().fresh.count == 1)
      try await world.takeAll()
      #expect(try await world.look().fresh.isEmpty)
      #expect(try await world.row("task_1")?.status == "inited")
    }
  }

  @Test(arguments: [false, true]) func keepsTheOrderOfBlocks(latestFirst: Bool) async throws {
    try await withProverCluster(latestFirst: latestFirst) { world in
      for block in [5, 3, 9, -2, 7] as [Int64] { try await world.insert("t\(block)", block: block) }
      let first = try await world.look(limit: 3)
      #expect(first.hasMore)
      #expect(first.fresh.map(\.task.order) == (latestFirst ? [9, 7, 5] : [-2, 3, 5]))
      try await world.takeAll()
      // One that goes before all others is found although they are known.
      let block: Int64 = latestFirst ? .max : .min
      try await world.insert("first", block: block)
      let next = try await world.look(limit: 3)
      #expect(next.fresh.map(\.task.order) == [block])
      #expect(!next.hasMore)
    }
  }

  @Test func leavesRowsAloneThatOthersHave() async throws {
    try await withProverCluster { world in
      try await world.insert("a")
      try await world.insert("b")
      try await world.sql("UPDATE task SET status = 'proving', prover_id = 'p' WHERE task_id = 'a'")
      try await world.sql("UPDATE task SET status = 'proved', proof = 'x' WHERE task_id = 'b'")
      #expect(try await world.look().fresh.isEmpty)
    }
  }

  @Test func takesLargeAndForeignText() async throws {
    try await withProverCluster { world in
      let text = #"{"n": 123456789012345678901234567890.5, "name": "Grüße 漢字 🎲 \u0001\"\\"}"#
      try await world.insert("a", input: text)
      try await world.sql(
        "INSERT INTO task (task_id, circuit, block_id, input) SELECT 'big', 'block', 2, to_jsonb(repeat(md5('1'), 250000))"
      )
      let fresh = try await world.look().fresh
      #expect(String(decoding: try #require(fresh.first?.task.input), as: UTF8.self) == text)
      #expect(fresh.last?.task.input.count == 8_000_002)
      try await world.takeAll()
      #expect(try await world.look().fresh.isEmpty)
    }
  }

  @Test func bringsABoundedNumberOfBytes() async throws {
    try await withProverCluster { world in
      // Random text, so that the server does not compress it.
      try await world.sql(
        """
        INSERT INTO task (task_id, circuit, block_id, input) SELECT 't' || i, 'block', i, to_jsonb(
          (SELECT string_agg(md5(random()::text || g), '') FROM generate_series(1, 160000) g)) FROM generate_series(1, 4) i
        """)
      let first = try await world.look()
      #expect(first.fresh.count == 2)
      #expect(first.hasMore)
      try await world.takeAll()
      try await world.takeAll()
      #expect(try await world.look().fresh.isEmpty)
      #expect(try await world.number("SELECT count(*) FROM muster.outer_row") == 4)
    }
  }

  @Test func tellsOfRowsThatCannotBeTasksAndGoesOn() async throws {
    try await withProverCluster(maxInput: 100) { world in
      try await world.insert("bad id")
      try await world.insert("b", circuit: "a circuit")
      try await world.insert("c", input: "[\"\(String(repeating: "x", count: 200))\"]")
      try await world.insert("good", block: 2)
      #expect(try await world.look().fresh.map(\.task.id.text) == ["good"])
      let sentence = try await world.transaction { try $0.problems($1) }
      #expect(
        sentence
          == "3 rows of public.task are left alone, for example 'b': its circuit 'a circuit' is not 1 to 128 characters of A-Z a-z 0-9 . _ -, beginning with a letter or a digit"
      )
      // Looked at again only when they were changed.
      try await world.sql("UPDATE task SET circuit = 'block' WHERE task_id = 'b'; DELETE FROM task WHERE task_id = 'c'")
      #expect(try await world.look().fresh.map(\.task.id.text) == ["b", "good"])
      #expect(
        try await world.transaction { try $0.problems($1) }
          == "a row of public.task is left alone: 'bad id': its task_id is not \(TaskID.rule)")
    }
  }

  @Test func handsOutTheOutputBesideTheInput() async throws {
    try await withProverCluster { world in
      try await world.sql(
        "INSERT INTO task (task_id, circuit, block_id, input, output) VALUES ('a', 'block', 1, '{}', '{\"z\": [1, 2]}')"
      )
      let with = try #require(try await world.takeAll()["a"])
      let without = try await world.task("b")
      let output = try await world.transaction { try $0.output(of: with, $1) }
      #expect(output.map { String(decoding: $0, as: UTF8.self) } == #"{"z": [1, 2]}"#)
      #expect(try await world.transaction { try $0.output(of: without, $1) } == nil)
      #expect(try await world.transaction { try $0.order(of: with, $1) } == 1)
    }
  }
}
