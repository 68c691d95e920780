import Foundation
import PostgreSQL
import PostgresFixture
import Testing

@Suite(.timeLimit(.minutes(2))) struct ConnectionLossTests {
  @Test func terminatedByAnAdministrator() async throws {
    let server = try await PostgresServer.shared()
    let name = "loss \(UInt32.random(in: 0...UInt32.max))"
    try await withConnection(name: name) { connection, _ in
      async let error = postgresError { try await connection.perform { _ = try $0.rows("SELECT pg_sleep(600)") } }
      try await waitUntilAsleep(name, server)
      try await server.administer { db in
        _ = try db.rows(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1", [.text(name)])
      }
      let loss = try await error
      #expect(loss.isConnectionLost)
      #expect(loss.code == .disconnected)
      #expect(loss.sqlState == "57P01")
      #expect(loss.message.contains("terminating connection due to administrator command"))
      #expect(!connection.isOpen)
      let later = try await postgresError { try await connection.perform { try $0.run("SELECT 1") } }
      #expect(later.isConnectionLost)
    }
  }

  @Test func terminatedBetweenTwoStatements() async throws {
    let server = try await PostgresServer.shared()
    try await withConnection { connection, _ in
      let process = try await first(connection, "SELECT pg_backend_pid()::int8", []).int(0)
      let ended = try await server.administer { db in
        // Waits for the end, up to ten seconds.
        try db.rows("SELECT pg_terminate_backend($1::int4, 10000)", [.int(process)])[0].bool(0)
      }
      #expect(ended)
      let error = try await postgresError { try await connection.perform { try $0.change("SELECT 1") } }
      #expect(error.isConnectionLost)
      #expect(!connection.isOpen)
    }
  }

  @Test(arguments: [PostgresServer.Stop.fast, .immediate, .kill9]) func theServerStops(how: PostgresServer.Stop)
    async throws
  {
    try await withPostgresServer { server in
      let target = try PostgresTarget(server.tcpURL(database: "postgres"))
      let connection = try await PostgresConnection.open(target, name: "loss")
      try await connection.perform { try $0.run("CREATE TABLE kept AS SELECT 7::int8 AS n; CHECKPOINT") }
      async let error = postgresError { try await connection.perform { _ = try $0.rows("SELECT pg_sleep(600)") } }
      try await waitUntilAsleep("loss", server)
      await server.stop(how)
      #expect(try await error.isConnectionLost)
      #expect(!connection.isOpen)
      await connection.close()
      let refused = try await postgresError { _ = try await PostgresConnection.open(target, name: "loss") }
      #expect(refused.code == .connect)
      #expect(refused.isConnectionLost)
      try await server.start()
      let again = try await PostgresConnection.open(target, name: "loss")
      #expect(try await first(again, "SELECT n FROM kept", []).int(0) == 7)
      await again.close()
    }
  }

  /// The socket takes nothing any more, but what the server said at last can be read: libpq still calls the connection good.
  @Test(arguments: [PostgresServer.Stop.fast, .immediate, .kill9]) func theServerStoppedBefore(
    how: PostgresServer.Stop
  ) async throws {
    try await withPostgresServer { server in
      let target = try PostgresTarget(server.url(database: "postgres"))
      let uses: [@Sendable (PostgresSession) throws -> Void] = [
        { try $0.run("BEGIN") }, { try $0.change("SELECT 1") }, { _ = try $0.pipeline([("SELECT 1", [])]) },
      ]
      var connections: [PostgresConnection] = []
      for _ in uses { connections.append(try await PostgresConnection.open(target, name: "loss")) }
      await server.stop(how)
      for (connection, use) in zip(connections, uses) {
        #expect(try await postgresError { try await connection.perform(use) }.isConnectionLost)
        #expect(!connection.isOpen)
      }
    }
  }

  @Test func interrupted() async throws {
    let server = try await PostgresServer.shared()
    let name = "interrupt \(UInt32.random(in: 0...UInt32.max))"
    try await withConnection(name: name) { connection, _ in
      async let error = postgresError { try await connection.perform { _ = try $0.rows("SELECT pg_sleep(600)") } }
      try await waitUntilAsleep(name, server)
      connection.interrupt()
      #expect(try await error.isConnectionLost)
      #expect(!connection.isOpen)
      connection.interrupt()
    }
  }

  /// A descriptor that was closed and given to another file must not be shut down.
  @Test func interruptedWhileItCloses() async throws {
    try await withConnection { _, url in
      let target = try PostgresTarget(url)
      for _ in 0..<40 {
        let connection = try await PostgresConnection.open(target, name: "close")
        async let closed: Void = connection.close()
        async let interrupted: Void = Task.detached { connection.interrupt() }.value
        async let asked = try? await connection.perform { try $0.rows("SELECT 1").count }
        _ = await (closed, interrupted, asked)
        #expect(!connection.isOpen)
      }
    }
  }

  @Test func closesAfterWhatWasAskedBefore() async throws {
    try await withConnection { _, url in
      let connection = try await PostgresConnection.open(PostgresTarget(url), name: "close")
      // The statement is under way when the connection is asked to close.
      let (started, start) = AsyncStream<Void>.makeStream()
      async let count = connection.perform { db in
        start.finish()
        return try db.rows("SELECT pg_sleep(0.05)").count
      }
      for await _ in started {}
      await connection.close()
      #expect(try await count == 1)
      let error = try await postgresError { try await connection.perform { try $0.run("SELECT 1") } }
      #expect(error.code == .closed)
      await connection.close()
    }
  }

  @Test func takesLeaveWhenNobodyRefersToIt() async throws {
    let server = try await PostgresServer.shared()
    let name = "forgotten \(UInt32.random(in: 0...UInt32.max))"
    try await withConnection { _, url in
      _ = try await PostgresConnection.open(PostgresTarget(url), name: name)
      try await waitUntil {
        try await server.administer { db in
          try db.rows("SELECT 1 FROM pg_stat_activity WHERE application_name = $1", [.text(name)]).isEmpty
        }
      }
    }
  }

  @Test func openingEndsWithTheTask() async throws {
    let silent = try SilentServer()
    let target = try PostgresTarget("postgresql://x@127.0.0.1:\(silent.port)/x?connect_timeout=3600&sslmode=disable")
    let task = Task { try await PostgresConnection.open(target, name: "silent") }
    try await Task.sleep(for: .milliseconds(20))
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    withExtendedLifetime(silent) {}
  }
}
