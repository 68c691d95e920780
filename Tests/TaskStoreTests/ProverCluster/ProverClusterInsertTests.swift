import Foundation
import PostgreSQL
import Testing

@testable import TaskStore

/// `muster submit --block-id`: a row as the backend would insert it, with clear words for what the table cannot hold.
@Suite struct ProverClusterInsertTests {
  private func insert(
    _ world: ProverClusterWorld, id: String = "a", circuit: String = "block", block: Int64 = 1,
    input: String = #"{"x":1}"#,
    output: String? = nil
  ) async throws -> RowInsertion {
    try await world.transaction { table, db in
      try table.insert(
        id: id, circuit: circuit, blockID: block, input: Data(input.utf8), output: output.map { Data($0.utf8) }, db)
    }
  }

  private func refusal(_ body: () async throws -> RowInsertion) async -> String {
    let error = await #expect(throws: StoreError.self) { _ = try await body() }
    return error?.message ?? ""
  }

  @Test func insertsARowThatBecomesATask() async throws {
    try await withProverCluster { world in
      let first = try await insert(world, output: "[2]")
      #expect(first == .inserted)
      #expect(try await world.look().fresh.map(\.task.id.text) == ["a"])
      #expect(try await insert(world, input: #"{ "x": 1 }"#, output: "[2]") == .existing(status: "inited"))
      #expect(try await insert(world, input: #"{"x":2}"#, output: "[2]") == .taken)
      #expect(try await insert(world, block: 2, output: "[2]") == .taken)
      #expect(try await insert(world) == .taken)
    }
  }

  @Test func refusesWhatTheTableCannotHold() async throws {
    try await withProverCluster(maxInput: 50) { world in
      let long = String(repeating: "a", count: 31)
      #expect(
        await refusal { try await insert(world, id: long) }
          == "the id '\(long)' has 31 characters, and the prover cluster's table holds 30; give a shorter one")
      #expect(await refusal { try await insert(world, circuit: long) }.hasPrefix("the circuit '\(long)' has 31"))
      #expect(await refusal { try await insert(world, id: "a b") }.hasPrefix("the id 'a b' is not 1 to 128 characters"))
      #expect(await refusal { try await insert(world, input: "{x}") }.hasPrefix("the input of 'a' is not JSON"))
      #expect(await refusal { try await insert(world, input: "") }.hasPrefix("the input of 'a' is not JSON"))
      #expect(await refusal { try await insert(world, input: #""\u0000""#) }.hasPrefix("the input of 'a' is not JSON"))
      #expect(await refusal { try await insert(world, output: "nope") }.hasPrefix("the output of 'a' is not JSON"))
      #expect(
        await refusal { try await insert(world, input: "\"\(String(repeating: "x", count: 60))\"") }
          == "the input of 'a' has 62 bytes and the limit is 50")
      let rows = try await world.number("SELECT count(*) FROM task")
      #expect(rows == 0)
    }
  }
}
