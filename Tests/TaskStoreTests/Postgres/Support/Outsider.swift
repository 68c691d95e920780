import PostgreSQL

@testable import TaskStore

/// Somebody who looks into a store's tables, or gets in its way, past all of the store's code.
final class Outsider: Sendable {
  private let connection: PostgresConnection

  init(_ url: String) async throws {
    connection = try await PostgresConnection.open(PostgresTarget(url), name: "outsider")
    try await run("SET search_path = muster, pg_temp")
  }

  func run(_ sql: String) async throws { try await connection.perform { try $0.run(sql) } }

  func number(_ sql: String) async throws -> Int {
    try await connection.perform { db in Int(try db.rows(sql).first?.int(0) ?? 0) }
  }

  func texts(_ sql: String) async throws -> [String] {
    try await connection.perform { db in try db.rows(sql).map { $0.text(0) } }
  }

  func close() async { await connection.close() }
}

/// An outsider in a database for the time of `body`.
func withOutsider<R>(_ url: String, _ body: (Outsider) async throws -> R) async throws -> R {
  let outsider = try await Outsider(url)
  do {
    let result = try await body(outsider)
    await outsider.close()
    return result
  } catch {
    await outsider.close()
    throw error
  }
}
