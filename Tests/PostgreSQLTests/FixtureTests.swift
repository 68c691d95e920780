import Foundation
import PostgreSQL
import Testing

@testable import PostgresFixture

@Suite(.timeLimit(.minutes(2))) struct FixtureTests {
  /// As when the test process is killed: the pipe to the keeper closes.
  @Test func aServerGoesWithTheTestProcess() async throws {
    try await withPostgresServer { server in
      await server.abandon()
      #expect(!FileManager.default.fileExists(atPath: server.folder))
      let target = try PostgresTarget(server.tcpURL(database: "postgres"))
      let error = try await postgresError { try await PostgresConnection.open(target, name: "x") }
      #expect(error.message.contains("Connection refused"))
    }
  }

  @Test func aServerThatWasKilledLeavesNothing() async throws {
    let (folder, segment) = try await withPostgresServer { server in
      await server.stop(.kill9)
      let file = try String(contentsOfFile: server.folder + "/data/postmaster.pid", encoding: .utf8)
      return (server.folder, try #require(file.split(separator: "\n")[6].split(separator: " ").last))
    }
    #expect(!FileManager.default.fileExists(atPath: folder))
    await #expect(throws: FixtureError.self) { try await Shell.run(["ipcrm", "--shmem-id", String(segment)]) }
  }

  @Test func databasesAreOfTheirOwn() async throws {
    let server = try await PostgresServer.shared()
    let names = try await withFreshDatabase { one in
      try await withFreshDatabase { other in
        #expect(one != other)
        return [one, other].map { $0.split(separator: "?")[0].split(separator: "/").last.map(String.init) ?? "" }
      }
    }
    let left = try await server.administer { db in
      try db.rows("SELECT 1 FROM pg_database WHERE datname = ANY ($1)", [.texts(names)]).count
    }
    #expect(left == 0)
  }

  @Test func saysWhyACommandFailed() async throws {
    let error = await #expect(throws: FixtureError.self) { try await Shell.run(["ls", "/not-there"]) }
    #expect(error?.description.contains("No such file or directory") == true)
  }
}
