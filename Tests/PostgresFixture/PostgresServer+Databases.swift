import PostgreSQL

extension PostgresServer {
  /// Makes an empty database for one test.
  ///
  /// - Returns: its URI, for `PostgresTarget`. It goes with the server, or with ``dropDatabase(_:)``.
  public func freshDatabase() async throws -> String {
    let name = "test_\(UInt64.random(in: 0...UInt64.max))"
    try await administer { try $0.run("CREATE DATABASE \(name)") }
    return url(database: name)
  }

  /// Drops what ``freshDatabase()`` has made, and ends the connections that are left.
  public func dropDatabase(_ url: String) async throws {
    guard let name = url.split(separator: "?").first?.split(separator: "/").last else { return }
    try await administer { try $0.run("DROP DATABASE IF EXISTS \(name) WITH (FORCE)") }
  }

  /// A user that may do everything, with a password.
  public func createUser(_ name: String, password: String) async throws {
    let quoted = password.replacing("'", with: "''")
    try await administer {
      try $0.run("SET standard_conforming_strings = on; CREATE USER \(name) SUPERUSER PASSWORD '\(quoted)'")
    }
  }

  /// Does something as superuser, in the database `postgres`, over a connection made for it.
  @discardableResult
  public func administer<R: Sendable>(
    _ body: @escaping @Sendable (PostgresSession) throws -> R
  ) async throws -> R {
    let connection = try await PostgresConnection.open(PostgresTarget(url(database: "postgres")), name: "fixture")
    do {
      let result = try await connection.perform(body)
      await connection.close()
      return result
    } catch {
      await connection.close()
      throw error
    }
  }
}

/// A fresh database on the shared server for the time of `body`, which gets its URI.
public func withFreshDatabase<R>(_ body: (String) async throws -> R) async throws -> R {
  let server = try await PostgresServer.shared()
  let url = try await server.freshDatabase()
  do {
    let result = try await body(url)
    try await server.dropDatabase(url)
    return result
  } catch {
    try? await server.dropDatabase(url)
    throw error
  }
}
