import Foundation
import PostgreSQL
import PostgresFixture
import Testing

@Suite(.timeLimit(.minutes(2))) struct SessionTests {
  @Test func errorsCarryTheServersState() async throws {
    try await withConnection { connection, _ in
      try await connection.perform {
        try $0.run("CREATE TABLE thing (id int8 PRIMARY KEY); INSERT INTO thing VALUES (1)")
      }
      let cases: [(String, String)] = [
        ("SELEC 1", "42601"), ("SELECT * FROM nothing", "42P01"), ("SELECT 1/0", "22012"),
        ("INSERT INTO thing VALUES (1)", "23505"),
      ]
      for (sql, state) in cases {
        let prepared = try await postgresError { try await connection.perform { _ = try $0.rows(sql) } }
        #expect(prepared.sqlState == state)
        let plain = try await postgresError { try await connection.perform { try $0.run(sql) } }
        #expect(plain.sqlState == state)
        #expect(plain.code == .query)
        #expect(plain.details["sqlstate"] == state)
        #expect(!plain.isConnectionLost && !plain.isTransient)
      }
      let duplicate = try await postgresError {
        try await connection.perform { try $0.change("INSERT INTO thing VALUES ($1)", [.int(1)]) }
      }
      #expect(
        duplicate.message
          == "PostgreSQL refused a statement: duplicate key value violates unique constraint \"thing_pkey\" (23505)")
      #expect(duplicate.details["constraint"] == "thing_pkey")
      #expect(duplicate.details["table"] == "thing")
      #expect(connection.isOpen)
    }
  }

  @Test func refusesWhatCannotBeSent() async throws {
    try await withConnection { connection, _ in
      let statement = try await postgresError { try await connection.perform { try $0.run("SELECT 1\0; DROP") } }
      #expect(statement.code == .value)
      let prepared = try await postgresError { try await connection.perform { _ = try $0.rows("SELECT '\0'") } }
      #expect(prepared.code == .value)
      let text = try await postgresError {
        try await connection.perform { _ = try $0.rows("SELECT $1", [.text("a\0b")]) }
      }
      #expect(text.sqlState == "22021")
      #expect(try await first(connection, "SELECT 1", []).int(0) == 1)
    }
  }

  @Test func deadlocksAreTransient() async throws {
    try await withConnection { connection, url in
      try await connection.perform { try $0.run("CREATE TABLE thing AS SELECT generate_series(1, 2) AS id, 0 AS n") }
      let other = try await PostgresConnection.open(PostgresTarget(url), name: "other")
      try await connection.perform { try $0.run("BEGIN; UPDATE thing SET n = 1 WHERE id = 1") }
      try await other.perform { try $0.run("BEGIN; UPDATE thing SET n = 2 WHERE id = 2") }
      async let mine = outcome(connection, "UPDATE thing SET n = 1 WHERE id = 2; COMMIT")
      async let its = outcome(other, "UPDATE thing SET n = 2 WHERE id = 1; COMMIT")
      let errors = await [mine, its].compactMap { $0 }
      #expect(errors.count == 1)
      #expect(errors.first?.sqlState == "40P01")
      #expect(errors.first?.isTransient == true)
      await other.close()
    }
  }

  private func outcome(_ connection: PostgresConnection, _ sql: String) async -> PostgresError? {
    do {
      try await connection.perform { try $0.run(sql) }
      return nil
    } catch {
      return error as? PostgresError
    }
  }

  @Test func rollsBackWhatThrows() async throws {
    struct Stop: Error {}
    try await withConnection { connection, _ in
      await #expect(throws: Stop.self) {
        try await connection.perform { db in
          try db.run("CREATE TABLE kept (n int)")
          try db.run("BEGIN; CREATE TABLE gone (n int)")
          throw Stop()
        }
      }
      let row = try await first(connection, "SELECT to_regclass('kept') IS NULL, to_regclass('gone') IS NULL", [])
      #expect(!row.bool(0))
      #expect(row.bool(1))
    }
  }

  @Test func doesThingsInOrder() async throws {
    try await withConnection { connection, _ in
      try await connection.perform { try $0.run("CREATE TABLE seen (n int8)") }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for n in 0..<200 {
          group.addTask {
            _ = try await connection.perform { try $0.change("INSERT INTO seen VALUES ($1)", [.int(Int64(n))]) }
          }
        }
        try await group.waitForAll()
      }
      #expect(try await first(connection, "SELECT count(DISTINCT n) FROM seen", []).int(0) == 200)
    }
  }

  /// Nobody has the data that the server waits for then.
  @Test(arguments: ["COPY thing FROM STDIN", "COPY thing TO STDOUT"]) func copyIsRefused(sql: String) async throws {
    try await withConnection { connection, url in
      try await connection.perform { try $0.run("CREATE TABLE thing (n int8)") }
      let error = try await postgresError { try await connection.perform { try $0.run(sql) } }
      #expect(error.message.contains("COPY cannot be used"))
      #expect(error.isConnectionLost)
      #expect(!connection.isOpen)
    }
  }

  @Test func noticesAreNotPrinted() async throws {
    try await withConnection { connection, _ in
      try await connection.perform { try $0.run("DO $$ BEGIN RAISE WARNING 'not to be seen'; END $$") }
    }
  }
}
