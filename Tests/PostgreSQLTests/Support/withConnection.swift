import Foundation
import MusterCore
import PostgreSQL
import PostgresFixture

/// A connection to a fresh database of the shared server, for the time of `body`.
func withConnection<R>(
  name: String = "a test", _ body: (PostgresConnection, _ url: String) async throws -> R
) async throws -> R {
  try await withFreshDatabase { url in
    let connection = try await PostgresConnection.open(PostgresTarget(url), name: name)
    do {
      let result = try await body(connection, url)
      await connection.close()
      return result
    } catch {
      await connection.close()
      throw error
    }
  }
}

/// The error that `body` must throw.
func postgresError<R>(_ body: () async throws -> R) async throws -> PostgresError {
  do {
    _ = try await body()
  } catch let error as PostgresError {
    return error
  }
  throw NoError()
}

struct NoError: Error {}

/// Returns as soon as the condition holds; tests have time limits.
func waitUntil(_ condition: () async throws -> Bool) async throws {
  while try await !condition() { try await Task.sleep(for: .milliseconds(5)) }
}

/// Waits until a connection of this application name sleeps in `pg_sleep`.
func waitUntilAsleep(_ name: String, _ server: PostgresServer) async throws {
  try await waitUntil {
    try await server.administer { db in
      try db.rows(
        "SELECT 1 FROM pg_stat_activity WHERE application_name = $1 AND wait_event = 'PgSleep'", [.text(name)]
      ).count == 1
    }
  }
}
