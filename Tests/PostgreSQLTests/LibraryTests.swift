import Testing

@testable import PostgreSQL

@Suite struct LibraryTests {
  @Test func saysWhatToInstall() throws {
    let error = try #require(throws: PostgresError.self) {
      try LibPQ(names: ["libpq-that-is-not-there.so.5", "libpq-that-is-not-there.so"])
    }
    #expect(error.code == .library)
    #expect(error.codeName == "postgres_library")
    #expect(error.message.contains("libpq-that-is-not-there.so.5"))
    #expect(error.message.contains("apt-get install libpq5"))
    #expect(error.details["tried"]?.contains("cannot open shared object file") == true)
    #expect(!error.isConnectionLost)
  }

  @Test func saysWhatIsMissingInIt() throws {
    let error = try #require(throws: PostgresError.self) { try LibPQ(names: ["not-there.so", "libc.so.6"]) }
    #expect(error.code == .library)
    #expect(error.message.contains("libc.so.6 has no function PQconninfoParse"))
    #expect(error.message.contains("version 14 or later"))
  }

  @Test func takesTheFirstThatIsThere() throws {
    _ = try LibPQ(names: ["not-there.so", "libpq.so.5"])
  }
}
