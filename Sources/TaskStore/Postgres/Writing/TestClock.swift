import MusterCore
import PostgreSQL

/// Lets a test own the database's clock: the schema's clock() then reads a setting of the connection, which is brought up to date
/// before each use of a connection. Nil outside tests.
struct TestClock: Sendable {
  let now: @Sendable () -> Timestamp

  static func install(_ db: PostgresSession) throws {
    try db.run(
      """
      CREATE OR REPLACE FUNCTION clock() RETURNS timestamptz LANGUAGE sql VOLATILE
        AS $$SELECT to_timestamp(current_setting('muster.now')::float8 / 1000)$$
      """)
  }

  func set(_ db: PostgresSession) throws {
    _ = try db.rows("SELECT set_config('muster.now', $1, false)", [.text("\(now().milliseconds)")])
  }
}
