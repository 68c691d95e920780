import Foundation
import PostgresFixture
import Testing

@testable import PostgreSQL

@Suite(.timeLimit(.minutes(2))) struct PipelineTests {
  @Test func answersComeInOrder() async throws {
    try await withConnection { connection, _ in
      try await connection.perform { db in
        #expect(try db.pipeline([]).isEmpty)
        for _ in 0..<3 {
          let answers = try db.pipeline([
            ("CREATE TEMP TABLE IF NOT EXISTS thing (n int8)", []),
            ("SELECT $1 * 2", [.int(21)]), ("SELECT $1 * 2", [.int(4)]),
            ("SELECT generate_series(1, $1)", [.int(3)]),
          ])
          #expect(answers.map(\.count) == [0, 1, 1, 3])
          #expect(answers[1][0].int(0) == 42)
          #expect(answers[2][0].int(0) == 8)
          #expect(answers[3].map { $0.int(0) } == [1, 2, 3])
        }
        try db.run("CREATE TABLE kept (n int8)")
        let answers = try db.pipeline([
          ("INSERT INTO kept SELECT generate_series(1, $1)", [.int(5)]), ("DELETE FROM kept WHERE n > $1", [.int(3)]),
        ])
        #expect(answers.map(\.affected) == [5, 2])
      }
    }
  }

  @Test(arguments: [0, 1, 2, 3]) func anErrorEndsTheRest(place: Int) async throws {
    try await withConnection { connection, _ in
      try await connection.perform { try $0.run("CREATE TABLE thing (n int8 PRIMARY KEY)") }
      for _ in 0..<2 {
        let error = try await postgresError {
          try await connection.perform { db in
            var queries: [(sql: String, values: [PostgresValue])] = (0..<3).map {
              ("INSERT INTO thing VALUES ($1)", [.int(Int64($0))])
            }
            queries.insert(("SELECT 1 / $1", [.int(0)]), at: place)
            _ = try db.pipeline(queries)
          }
        }
        #expect(error.sqlState == "22012")
        #expect(!error.isConnectionLost)
      }
      // One transaction: nothing of it is left; and the session goes on.
      #expect(try await first(connection, "SELECT count(*) FROM thing", []).int(0) == 0)
      let answers = try await connection.perform { try $0.pipeline([("INSERT INTO thing VALUES ($1)", [.int(1)])]) }
      #expect(answers[0].affected == 1)
    }
  }

  @Test func aStatementThatCannotBePreparedEndsTheRest() async throws {
    try await withConnection { connection, _ in
      let error = try await postgresError {
        try await connection.perform { _ = try $0.pipeline([("SELECT 1", []), ("SELEC 2", []), ("SELECT 3", [])]) }
      }
      #expect(error.sqlState == "42601")
      // What was not prepared because of it is prepared now.
      let answers = try await connection.perform { try $0.pipeline([("SELECT 3", []), ("SELECT 1", [])]) }
      #expect(answers.map { $0[0].int(0) } == [3, 1])
    }
  }

  @Test func withinATransaction() async throws {
    try await withConnection { connection, _ in
      try await connection.perform { db in
        try db.run("CREATE TABLE thing (n int8)")
        _ = try db.pipeline([("BEGIN", []), ("INSERT INTO thing VALUES (1)", []), ("COMMIT", [])])
        try db.run("BEGIN")
        _ = try db.pipeline([("INSERT INTO thing VALUES (2)", []), ("INSERT INTO thing VALUES (3)", [])])
        try db.run("ROLLBACK")
        #expect(try db.rows("SELECT n FROM thing").map { $0.int(0) } == [1])
      }
    }
  }

  /// What was sent before it must not take effect: whoever gets the error thinks that nothing was done.
  @Test func aValueThatCannotBeSentUndoesTheRest() async throws {
    try await withConnection { connection, url in
      let error = try await postgresError {
        try await connection.perform { db in
          try db.run("CREATE TABLE thing (n int8, b bytea)")
          db.parameters.largest = 1000
          _ = try db.pipeline([
            ("INSERT INTO thing VALUES ($1, NULL)", [.int(1)]),
            ("INSERT INTO thing VALUES (2, $1)", [.bytes(Data(count: 1001))]),
          ])
        }
      }
      #expect(error.message.contains("a value of 1001 bytes is too large"))
      #expect(error.isConnectionLost)
      #expect(!connection.isOpen)
      let other = try await PostgresConnection.open(PostgresTarget(url), name: "other")
      #expect(try await first(other, "SELECT count(*) FROM thing", []).int(0) == 0)
      await other.close()
    }
  }

  /// More than the buffers of both sides hold, in both directions at once: neither may wait for the other for ever.
  @Test func largeRequestsWithLargeAnswers() async throws {
    try await withConnection { connection, _ in
      let data = Data(repeating: 7, count: 4 << 20)
      try await connection.perform { db in
        let answers = try db.pipeline((0..<12).map { _ in ("SELECT $1", [.bytes(data)]) })
        #expect(answers.allSatisfy { $0[0].bytes(0) == data })
      }
    }
  }

  @Test func aLostConnectionIsTold() async throws {
    let server = try await PostgresServer.shared()
    let name = "pipeline \(UInt32.random(in: 0...UInt32.max))"
    try await withConnection(name: name) { connection, _ in
      async let error = postgresError {
        try await connection.perform {
          _ = try $0.pipeline([("SELECT 1", []), ("SELECT pg_sleep(600)", []), ("SELECT 2", [])])
        }
      }
      try await waitUntilAsleep(name, server)
      try await server.administer { db in
        _ = try db.rows(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1", [.text(name)])
      }
      #expect(try await error.isConnectionLost)
      #expect(!connection.isOpen)
    }
  }
}
