import Foundation
import PostgreSQL
import PostgresFixture
import Testing

@testable import TaskStore

/// The table is found as the cluster's own programs find it, and one of another shape is refused in one sentence.
@Suite struct ProverClusterLocateTests {
  private func locate(_ statements: String, parameters: String = "") async throws -> ProverClusterTable {
    try await withFreshDatabase { url in
      let maker = try await PostgresConnection.open(PostgresTarget(url), name: "maker")
      try await maker.perform { try $0.run(statements) }
      await maker.close()
      let connection = try await PostgresConnection.open(PostgresTarget(url + parameters), name: "test")
      let table = try await connection.perform { try ProverClusterTable.locate($0) }
      await connection.close()
      return table
    }
  }

  private func refusal(_ statements: String, parameters: String = "") async throws -> String {
    let error = await #expect(throws: StoreError.self) {
      _ = try await self.locate(statements, parameters: parameters)
    }
    #expect(error?.code == .unusable)
    return error?.message ?? ""
  }

  @Test func findsTheOriginalTable() async throws {
    let table = try await locate(OriginalSchema.all)
    #expect(table.table == #""public".task"#)
    #expect(table.shape.limits["task_id"] == 30)
    #expect(table.proverLimit == 30)
    #expect(!table.shape.updatedWithZone)
  }

  @Test func needsNoTrigger() async throws {
    #expect(try await locate(OriginalSchema.type + OriginalSchema.table).shape.name == "public.task")
  }

  @Test func followsTheSearchPathIntoASchemaWithAnyName() async throws {
    let table = try await locate(
      #"CREATE SCHEMA "Prover ""A"" É"; SET search_path = "Prover ""A"" É"; \#(OriginalSchema.all)"#,
      parameters: "&options=-csearch_path%3D%22Prover%5C%20%22%22A%22%22%5C%20%C3%89%22")
    #expect(table.table == #""Prover ""A"" É".task"#)
  }

  @Test func passesOverMustersOwnTable() async throws {
    let table = try await locate(
      "\(OriginalSchema.all) CREATE SCHEMA muster; CREATE TABLE muster.task (id text)",
      parameters: "&options=-csearch_path%3Dmuster,public")
    #expect(table.shape.name == "public.task")
  }

  @Test func takesAKeyWithACollationOfItsOwn() async throws {
    let table = try await locate(
      OriginalSchema.type
        + OriginalSchema.table.replacing("VARCHAR(30) PRIMARY KEY", with: #"VARCHAR(30) COLLATE "C" PRIMARY KEY"#))
    #expect(table.shape.collation == " COLLATE pg_catalog.\"C\"")
  }

  @Test func saysWhereItLookedForATableThatIsMissing() async throws {
    let nowhere = try await refusal("SELECT")
    #expect(nowhere.contains("has no table 'task' (schemas searched: public)"))
    let elsewhere = try await refusal("CREATE SCHEMA prover; SET search_path = prover; \(OriginalSchema.all)")
    #expect(elsewhere.contains("but one in prover"))
    #expect(elsewhere.contains("search_path=SCHEMA"))
  }

  @Test func namesAllThatIsDifferent() async throws {
    let sentence = try await refusal(
      """
      CREATE TYPE task_status AS ENUM ('not_assigned', 'assigned', 'proved');
      CREATE TABLE task (task_id VARCHAR(30), circuit VARCHAR(30), witness TEXT, input TEXT, output jsonb, proof BYTEA,
        public_input BYTEA, status task_status, prover_id VARCHAR(30), created_time TIMESTAMP, updated_time TIMESTAMP)
      """)
    #expect(
      sentence.hasPrefix(
        "the table 'public.task' is not the prover cluster's: column 'block_id' is missing; column 'input' is of type text instead of jsonb; column 'status' (task_status) does not have the values inited, proving; 'task_id' is not its primary key;"
      ))
  }

  @Test func refusesAView() async throws {
    let sentence = try await refusal(
      "CREATE SCHEMA a; SET search_path = a; \(OriginalSchema.all) CREATE VIEW public.task AS SELECT * FROM a.task")
    #expect(sentence.contains("'public.task' is a view"))
  }

  @Test func saysWhichRightsAreMissing() async throws {
    try await withFreshDatabase { url in
      let role = "reader_\(UInt64.random(in: 0...UInt64.max))"
      let connection = try await PostgresConnection.open(PostgresTarget(url), name: "test")
      try await connection.perform {
        try $0.run("\(OriginalSchema.all) CREATE ROLE \(role); GRANT SELECT ON task TO \(role); SET ROLE \(role)")
      }
      let error = await #expect(throws: StoreError.self) {
        _ = try await connection.perform { try ProverClusterTable.locate($0) }
      }
      #expect(error?.message.contains("GRANT SELECT, INSERT, UPDATE ON \"public\".task TO \"\(role)\"") == true)
      try await connection.perform {
        try $0.run(
          "RESET ROLE; GRANT UPDATE (status, prover_id, proof, public_input) ON task TO \(role); SET ROLE \(role)")
      }
      #expect(try await connection.perform { try ProverClusterTable.locate($0).shape.name } == "public.task")
      try await connection.perform { try $0.run("RESET ROLE; DROP OWNED BY \(role); DROP ROLE \(role)") }
      await connection.close()
    }
  }
}
