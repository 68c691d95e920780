import Foundation
import Logging
import MusterCore
import PostgreSQL
import Synchronization

/// Tokens and identities in a database that several coordinators share.
///
/// One connection, opened when it is needed and again when it was lost. Transactions take turns by an advisory lock.
public final class PostgresTrustStore: TrustStore {
  private let target: PostgresTarget
  private let schema: String
  private struct State {
    var connection: PostgresConnection?
    /// One for all who wait: each of a thousand would open one of its own.
    var opening: Task<PostgresConnection, any Error>?
  }
  private let state = Mutex(State())
  public let isShared = true

  /// - Parameter schema: where the table stands, as it is; made if it is missing.
  public init(_ target: PostgresTarget, schema: String = "muster_trust") {
    self.target = target
    self.schema = schema
  }

  public func transact<R: Sendable>(_ body: @escaping @Sendable (any TrustRows) throws -> R) async throws -> R {
    do {
      return try await connected().perform { db in
        try db.run("BEGIN")
        do {
          try db.run("SELECT pg_advisory_xact_lock(\(Self.lock))")
          let result = try body(Rows(db: db))
          try db.run("COMMIT")
          return result
        } catch {
          try? db.run("ROLLBACK")
          throw error
        }
      }
    } catch let error as PostgresError {
      state.withLock { if $0.connection?.isOpen == false { $0.connection = nil } }
      // insufficient_privilege
      if error.sqlState == "42501" {
        throw TrustError(
          .unavailable,
          "the database's role may not make or use the schema '\(schema)', where tokens and identities are kept; let the database's owner run: CREATE SCHEMA \(schema) AUTHORIZATION the_role",
          cause: error)
      }
      throw TrustError(
        .unavailable, "the database of tokens and identities does not answer: \(error.message)", cause: error)
    }
  }

  public func close() async {
    let open = state.withLock { state in
      defer { state.connection = nil }
      return state.connection
    }
    await open?.close()
  }

  /// "trust" in a lock's number: no other of Muster's has it.
  private static let lock = 0x7472_7573_74

  private func connected() async throws -> PostgresConnection {
    let opening = state.withLock { state -> Task<PostgresConnection, any Error> in
      if let open = state.connection, open.isOpen { return Task { open } }
      if let opening = state.opening { return opening }
      let opening = Task { try await self.open() }
      state.opening = opening
      return opening
    }
    return try await opening.value
  }

  private func open() async throws -> PostgresConnection {
    defer { state.withLock { $0.opening = nil } }
    let made = try await PostgresConnection.open(target, name: "muster trust")
    let schema = schema
    try await made.perform { db in
      try db.run("BEGIN")
      try db.run("SELECT pg_advisory_xact_lock(\(Self.lock))")
      let quoted = "\"\(schema.replacing("\"", with: "\"\""))\""
      try db.run(
        """
        SET client_min_messages = warning;
        CREATE SCHEMA IF NOT EXISTS \(quoted);
        SET search_path = \(quoted), pg_temp;
        CREATE TABLE IF NOT EXISTS trust (key text COLLATE "C" PRIMARY KEY, value bytea NOT NULL)
        """)
      try db.run("COMMIT")
    }
    state.withLock { $0.connection = made }
    return made
  }

  private struct Rows: TrustRows {
    let db: PostgresSession

    func value(_ key: String) throws -> Data? {
      try db.rows("SELECT value FROM trust WHERE key = $1", [.text(key)]).first?.bytes(0)
    }

    func set(_ key: String, _ value: Data?) throws {
      guard let value else {
        try db.change("DELETE FROM trust WHERE key = $1", [.text(key)])
        return
      }
      try db.change(
        "INSERT INTO trust (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        [.text(key), .bytes(value)])
    }

    func values(under prefix: String) throws -> [(key: String, value: Data)] {
      try db.rows(
        "SELECT key, value FROM trust WHERE key >= $1 AND key < $2 ORDER BY key",
        [.text(prefix), .text(prefix + "\u{7F}")]
      ).map { ($0.text(0), $0.bytes(1)) }
    }
  }
}
