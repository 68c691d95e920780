import Foundation
import PostgreSQL
import PostgresFixture
import Testing

@Suite struct PostgresConnectionTests {
  @Test func asksAServer() async throws {
    try await withFreshDatabase { url in
      let connection = try await PostgresConnection.open(PostgresTarget(url), name: "a test")
      let answer = try await connection.perform { db in
        try db.rows("SELECT $1::int8 + 1, $2::text, current_setting('application_name')", [.int(41), .text("å")])
      }
      #expect(answer.count == 1)
      #expect(answer[0].int(0) == 42)
      #expect(answer[0].text(1) == "å")
      #expect(answer[0].text(2) == "a test")
      await connection.close()
      #expect(!connection.isOpen)
    }
  }
}
