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
  private let connection = Mutex<PostgresConnection?>(nil)
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
      connection.withLock { if $0?.isOpen == false { $0 = nil } }
      throw TrustError(
        .unavailable, "the database of tokens and identities does not answer: \(error.message)", cause: error)
    }
  }

  public func close() async {
    let open = connection.withLock { connection in
      defer { connection = nil }
      return connection
    }
    await open?.close()
  }

  /// "trust" in a lock's number: no other of Muster's has it.
  private static let lock = 0x7472_7573_74

  private func connected() async throws -> PostgresConnection {
    if let open = connection.withLock({ $0 }), open.isOpen { return open }
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
    connection.withLock { $0 = made }
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
