import Foundation
import PostgreSQL
import Testing

@Suite struct StatementCacheTests {
  private static let kept = "SELECT count(*) FROM pg_prepared_statements"

  @Test func preparesATextOnce() async throws {
    try await withConnection { connection, _ in
      try await connection.perform { db in
        for n in 0..<Int64(50) {
          let answer = try db.rows("SELECT $1 + 1", [.int(n)])
          #expect(answer[0].int(0) == n + 1)
        }
        #expect(try db.rows(Self.kept)[0].int(0) == 2)
      }
    }
  }

  @Test func keepsABoundedNumber() async throws {
    try await withConnection { connection, _ in
      try await connection.perform { db in
        for n in 0..<600 { #expect(try db.rows("SELECT \(n)")[0].int(0) == Int64(n)) }
        #expect(try db.rows(Self.kept)[0].int(0) == 256)
        let answers = try db.pipeline((0..<300).map { ("SELECT -\($0)", []) })
        #expect(answers.map { $0[0].int(0) } == (0..<300).map { -$0 })
        #expect(try db.rows(Self.kept)[0].int(0) <= 301)
        #expect(try db.rows("SELECT 1")[0].int(0) == 1)
        #expect(try db.rows(Self.kept)[0].int(0) == 256)
      }
    }
  }

  @Test func typesOfOneTextMayChange() async throws {
    try await withConnection { connection, _ in
      try await connection.perform { db in
        try db.run("CREATE TABLE narrow (n int4)")
        // The server takes the NULL for an int4; a later int8 must not be sent as one.
        try db.change("INSERT INTO narrow VALUES ($1)", [.null])
        try db.change("INSERT INTO narrow VALUES ($1)", [.int(7)])
        try db.change("INSERT INTO narrow VALUES ($1)", [.null])
        try db.change("INSERT INTO narrow VALUES ($1)", [.int4(8)])
        let rows = try db.rows("SELECT n FROM narrow ORDER BY n NULLS FIRST")
        #expect(rows.map { $0.optionalInt(0) } == [nil, nil, 7, 8])
      }
    }
  }

  @Test func preparesAnewAfterAChangeOfTheTable() async throws {
    try await withConnection { connection, _ in
      try await connection.perform { db in
        try db.run("CREATE TABLE thing (a int8); INSERT INTO thing VALUES (1)")
        #expect(try db.rows("SELECT * FROM thing")[0].int(0) == 1)
        try db.run("ALTER TABLE thing ADD b text DEFAULT 'x'")
      }
      let error = try await postgresError { try await connection.perform { _ = try $0.rows("SELECT * FROM thing") } }
      #expect(error.isTransient)
      #expect(try await first(connection, "SELECT * FROM thing", []).text(1) == "x")
      // What the server does not support at all is no reason to try again.
      let refused = try await postgresError {
        try await connection.perform { _ = try $0.rows("SELECT a FROM thing FOR UPDATE OF x.y") }
      }
      #expect(!refused.isTransient)
    }
  }

  @Test func preparesAnewWhatTheServerForgot() async throws {
    try await withConnection { connection, _ in
      try await connection.perform { db in
        _ = try db.rows("SELECT 1")
        try db.run("DEALLOCATE ALL")
      }
      let error = try await postgresError { try await connection.perform { _ = try $0.rows("SELECT 1") } }
      #expect(error.sqlState == "26000")
      #expect(error.isTransient)
      #expect(try await first(connection, "SELECT 1", []).int(0) == 1)
    }
  }
}
