import MusterCore
import PostgreSQL

/// A PostgreSQL store that no coordinator works over, and none can until this lets go: in one transaction, which holds
/// the lock of the duties and locks on the tables.
struct PostgresTransferHold: Sendable {
  let connection: PostgresConnection
  let place: String

  /// Tables whose rows are copied.
  static let tables = ["task", "live", "final", "verification", "attempt", "dependency", "log"]

  /// - Parameter making: makes the tables where there are none, to be filled.
  static func open(_ target: PostgresTarget, schema: String, build: String, making: Bool) async throws
    -> PostgresTransferHold
  {
    let place = "PostgreSQL at \(target.redacted)"
    do {
      let connection = try await PostgresConnection.open(target, name: "muster coordinator migrate")
      do {
        try await connection.perform { db in
          if !making, try !isThere(schema, db) {
            throw StoreError(.unusable, "the \(place) holds no tables of muster; name a store that exists")
          }
          try PostgresSchema.prepare(db, schema: schema, build: build)
          try checkIsQuiet(schema, place, db)
          try begin(db, mode: making ? "ACCESS EXCLUSIVE" : "SHARE")
          try checkIsOwn(place, db)
        }
        return PostgresTransferHold(connection: connection, place: place)
      } catch {
        await connection.close()
        throw error
      }
    } catch {
      throw StoreError.from(postgres: error, summary: place)
    }
  }

  func perform<R: Sendable>(_ body: @escaping @Sendable (PostgresSession) throws -> R) async throws -> R {
    do {
      return try await connection.perform(body)
    } catch {
      throw StoreError.from(postgres: error, summary: place)
    }
  }

  static func isThere(_ schema: String, _ db: PostgresSession) throws -> Bool {
    try !db.rows(
      """
      SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relname = 'version'
      """, [.text(schema)]
    ).isEmpty
  }

  /// Takes the duties, which a coordinator that runs has.
  private static func checkIsQuiet(_ schema: String, _ place: String, _ db: PostgresSession) throws {
    func takeDuties() throws -> Bool {
      try db.rows("SELECT pg_try_advisory_lock(hashtextextended($1, 7265))", [.text(schema)]).first?.bool(0) ?? false
    }
    var isFree = try takeDuties()
    // A coordinator that stopped in order has taken itself off the list, but its server's process may need a moment to end.
    for _ in 0..<20 where !isFree {
      guard try db.rows("SELECT FROM coordinator LIMIT 1").isEmpty else { break }
      _ = try db.rows("SELECT pg_sleep(0.1)")
      isFree = try takeDuties()
    }
    let heard = try db.rows(
      """
      SELECT address, extract(epoch FROM clock_timestamp() - heard)::int8 FROM coordinator
      WHERE $1 OR heard > clock_timestamp() - interval '15 s' ORDER BY heard DESC LIMIT 1
      """, [.bool(!isFree)]
    ).first
    if isFree && heard == nil { return }
    let name = heard.map { $0.text(0) } ?? ""
    let who = name.isEmpty ? "a coordinator" : "the coordinator at \(name)"
    let details = name.isEmpty ? [:] : ["coordinator": name]
    if isFree {
      throw StoreError(
        .locked,
        "\(who) has worked over the \(place) within the last 15 s; stop it, or try again then if it was killed",
        details: details)
    }
    throw StoreError(
      .locked, "\(who) works over the \(place); stop all that do, then try again", details: details)
  }

  /// Every batch finds its rows by keys: a plan that was made while the tables were empty would read all of them for each.
  private static func begin(_ db: PostgresSession, mode: String) throws {
    try db.run(
      """
      SET lock_timeout = '10s'; SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_hashjoin = off;
      SET enable_mergejoin = off
      """)
    try db.run("BEGIN ISOLATION LEVEL READ COMMITTED")
    try db.run("LOCK TABLE \(tables.joined(separator: ", ")) IN \(mode) MODE")
  }

  /// Rows of another program's table are worked on where they stand, and could not go anywhere else.
  private static func checkIsOwn(_ place: String, _ db: PostgresSession) throws {
    let isOuter = try db.rows(
      """
      SELECT to_regclass('outer_row') IS NOT NULL
      """
    ).first?.bool(0)
    guard isOuter == true, try !db.rows("SELECT 1 FROM outer_row LIMIT 1").isEmpty else { return }
    throw StoreError(
      .unusable,
      "the tasks in the \(place) are rows of the prover cluster's table, which stay where they are; migrate takes stores of muster's own only"
    )
  }
}
