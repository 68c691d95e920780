import Foundation
import MusterCore
import PostgreSQL
import PostgresFixture

/// A connection to the shared server, in a schema of its own, for the time of `body`, which also gets the URI for others.
func withConnection<R>(
  name: String = "a test", _ body: (PostgresConnection, _ url: String) async throws -> R
) async throws -> R {
  let server = try await PostgresServer.shared()
  let schema = "test_\(UInt64.random(in: 0...UInt64.max))"
  let url = server.url(database: "postgres") + "&options=-csearch_path%3D\(schema)"
  try await server.administer { try $0.run("CREATE SCHEMA \(schema)") }
  let connection = try await PostgresConnection.open(PostgresTarget(url), name: name)
  let result: Result<R, any Error>
  do {
    result = .success(try await body(connection, url))
  } catch {
    result = .failure(error)
  }
  await connection.close()
  try await server.administer { try $0.run("DROP SCHEMA \(schema) CASCADE") }
  return try result.get()
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
