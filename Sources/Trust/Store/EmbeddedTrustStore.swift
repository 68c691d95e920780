import Foundation
import GRDB

/// Tokens and identities in an SQLite file of their own, for the one coordinator that has it.
///
/// Not in the file of the tasks: a backup of tasks that is restored must not bring back who was revoked since.
public final class EmbeddedTrustStore: TrustStore {
  private let database: DatabaseQueue
  public let isShared = false

  /// - Parameter path: the file (0600), made if it is missing; nil: in memory, for tests.
  /// - Throws: ``TrustError`` (`trust_store_unavailable`).
  public init(path: String?) throws {
    do {
      guard let path else {
        database = try DatabaseQueue()
        try database.write { try Self.prepare($0) }
        return
      }
      // Made before SQLite does, so that it is nobody else's for a moment either; its journals take the file's mode.
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
      guard descriptor >= 0 else { throw DatabaseError(message: String(cString: strerror(errno))) }
      fchmod(descriptor, 0o600)
      _ = Glibc.close(descriptor)
      var configuration = Configuration()
      configuration.busyMode = .timeout(5)
      database = try DatabaseQueue(path: path, configuration: configuration)
      try database.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA")
        try db.inTransaction {
          try Self.prepare(db)
          return .commit
        }
      }
    } catch {
      throw TrustError(
        .unavailable, "the store of tokens and identities '\(path ?? "")' cannot be opened: \(error)", cause: error)
    }
  }

  private static func prepare(_ db: Database) throws {
    try db.execute(sql: "CREATE TABLE IF NOT EXISTS trust (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID")
  }

  public func transact<R: Sendable>(_ body: @escaping @Sendable (any TrustRows) throws -> R) async throws -> R {
    do {
      return try await database.write { try body(Rows(db: $0)) }
    } catch let error as DatabaseError {
      throw TrustError(
        .unavailable, "the store of tokens and identities does not take the change: \(error.message ?? "\(error)")",
        cause: error)
    }
  }

  public func close() async { try? database.close() }

  private struct Rows: TrustRows {
    let db: Database

    func value(_ key: String) throws -> Data? {
      try Data.fetchOne(db, sql: "SELECT value FROM trust WHERE key = ?", arguments: [key])
    }

    func set(_ key: String, _ value: Data?) throws {
      guard let value else { return try db.execute(sql: "DELETE FROM trust WHERE key = ?", arguments: [key]) }
      try db.execute(
        sql: "INSERT INTO trust (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        arguments: [key, value])
    }

    func values(under prefix: String) throws -> [(key: String, value: Data)] {
      // Keys are ASCII, so that no key under the prefix is greater than this.
      try Row.fetchAll(
        db, sql: "SELECT key, value FROM trust WHERE key >= ? AND key < ? ORDER BY key",
        arguments: [prefix, prefix + "\u{7F}"]
      ).map { ($0[0], $0[1]) }
    }
  }
}
