import MusterCore
import PostgreSQL
import PostgresFixture
import TaskModel
import Testing

@testable import TaskStore

@Suite struct SchemaTests {
  private func prepare(
    _ url: String, schema: String = "muster", build: String = "1", _ migrations: [PostgresMigration]? = nil
  ) async throws {
    try await over(url) {
      try PostgresSchema.prepare($0, schema: schema, build: build, migrations: migrations ?? PostgresMigration.all)
    }
  }

  private func refusal(
    _ url: String, schema: String = "muster", _ migrations: [PostgresMigration]? = nil
  ) async throws -> StoreError {
    try await #require(throws: StoreError.self) { try await prepare(url, schema: schema, migrations) }
  }

  /// The URI for another user of the same database.
  private func url(_ url: String, user: String) -> String { url.replacing("//postgres@", with: "//\(user)@") }

  @Test("coordinators that start at once make the tables once")
  func together() async throws {
    try await withFreshDatabase { url in
      try await withThrowingTaskGroup { group in
        for number in 0..<6 { group.addTask { try await prepare(url, build: "\(number)") } }
        try await group.waitForAll()
      }
      try await prepare(url)
      let versions = try await over(url) { db in
        try db.rows("SELECT number, compatible FROM muster.version").map { [$0.int(0), $0.int(1)] }
      }
      #expect(versions == PostgresMigration.all.map { [Int64($0.number), Int64($0.compatible)] })
    }
  }

  @Test("migrations come in order, each as a whole or not at all")
  func steps() async throws {
    try await withFreshDatabase { url in
      try await prepare(url)
      let last = try #require(PostgresMigration.all.last).number
      let second = PostgresMigration(number: last + 1, compatible: 1, statements: "CREATE TABLE added (a int)")
      let broken = PostgresMigration(
        number: last + 2, compatible: last + 2, statements: "CREATE TABLE half (a int); SELECT 1 / 0")
      await #expect(throws: PostgresError.self) {
        try await prepare(url, PostgresMigration.all + [second, broken])
      }
      let found = try await over(url) { db in
        try db.rows(
          """
          SELECT max(number), to_regclass('muster.added') IS NOT NULL, to_regclass('muster.half') IS NULL
          FROM muster.version
          """
        ).map { ($0.int(0), $0.bool(1), $0.bool(2)) }.first
      }
      #expect(found?.0 == Int64(last + 1) && found?.1 == true && found?.2 == true)
      // The older program goes on beside the newer one.
      try await prepare(url)
    }
  }

  @Test("tables of a later program are refused only if it says so")
  func newer() async throws {
    try await withFreshDatabase { url in
      let last = try #require(PostgresMigration.all.last)
      try await prepare(url)
      try await prepare(
        url,
        PostgresMigration.all + [
          PostgresMigration(number: last.number + 1, compatible: last.number + 1, statements: "CREATE TABLE x (a int)")
        ])
      let error = try await refusal(url)
      #expect(error.code == .newer)
      #expect(error.message.contains("use a later version of muster"))
    }
  }

  @Test("a role without rights is told which statement gives them")
  func rights() async throws {
    try await withFreshDatabase { url in
      let role = "role_\(UInt64.random(in: 0...UInt64.max))"
      try await over(url) { try $0.run("CREATE ROLE \(role) LOGIN") }
      let mine = self.url(url, user: role)
      #expect(try await refusal(mine).message.contains("GRANT CREATE ON DATABASE \"test_"))
      try await over(url) { try $0.run("CREATE SCHEMA muster") }
      let grant = "GRANT USAGE, CREATE ON SCHEMA \"muster\" TO \"\(role)\""
      #expect(try await refusal(mine).message.contains(grant))
      try await over(url) { try $0.run(grant) }
      try await prepare(mine)
      // Made by one role, used by another.
      let other = "role_\(UInt64.random(in: 0...UInt64.max))"
      try await over(url) {
        try $0.run("CREATE ROLE \(other) LOGIN; GRANT USAGE, CREATE ON SCHEMA muster TO \(other)")
      }
      let error = try await refusal(self.url(url, user: other))
      #expect(error.code == .unusable)
      #expect(error.message.contains("GRANT ALL ON ALL TABLES IN SCHEMA \"muster\" TO \"\(other)\""))
      try await over(url) {
        try $0.run(
          """
          REASSIGN OWNED BY \(role) TO postgres; DROP OWNED BY \(role); DROP ROLE \(role);
          DROP OWNED BY \(other); DROP ROLE \(other)
          """)
      }
    }
  }

  @Test("tables of another program are not taken for ours")
  func foreign() async throws {
    try await withFreshDatabase { url in
      try await over(url) { try $0.run("CREATE SCHEMA a; CREATE TABLE a.version (id int)") }
      #expect(try await refusal(url, schema: "a").message.contains("not muster's"))
      try await over(url) { try $0.run("CREATE SCHEMA b; CREATE TABLE b.task (id int)") }
      #expect(try await refusal(url, schema: "b").message.contains("not muster's"))
    }
  }

  @Test("a database that cannot be used is refused with the cure")
  func unusable() async throws {
    let server = try await PostgresServer.shared()
    let name = "latin_\(UInt64.random(in: 0...UInt64.max))"
    try await server.administer {
      try $0.run("CREATE DATABASE \(name) ENCODING LATIN1 LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
    }
    let error = try await refusal(server.url(database: name))
    #expect(error.code == .unusable)
    #expect(error.message.contains("createdb --encoding UTF8"))
    try await server.administer { try $0.run("ALTER DATABASE \(name) SET default_transaction_read_only = on") }
    try await server.dropDatabase(server.url(database: name))
    try await withFreshDatabase { url in
      let error = try await refusal(url + "&options=-c%20default_transaction_read_only%3Don")
      #expect(error.code == .readOnly)
    }
  }

  @Test("a schema may have any name")
  func names() async throws {
    try await withFreshDatabase { url in
      for name in ["Muster", "with space", "with\"quote", "select", "it's"] {
        try await prepare(url, schema: name)
        try await prepare(url, schema: name)
        try await over(url) { db in
          try PostgresSchema.enter(db, schema: name)
          #expect(try db.rows("SELECT count(*) FROM live").first?.int(0) == 0)
        }
      }
    }
  }

  @Test("tests can put another clock in place, which prepared statements then read")
  func clock() async throws {
    try await withFreshDatabase { url in
      try await over(url) { db in
        try PostgresSchema.prepare(db, schema: "muster", build: "1")
        let asked = "SELECT abs(extract(epoch FROM clock() - clock_timestamp())) < 1"
        #expect(try db.rows(asked).first?.bool(0) == true)
        try db.run(
          """
          CREATE OR REPLACE FUNCTION clock() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE
          AS 'SELECT timestamptz ''2001-02-03 04:05:06Z'''
          """)
        #expect(try db.rows(asked).first?.bool(0) == false)
      }
    }
  }
}

/// Does something over a connection of its own, in the schema `muster` if there is one.
func over<R: Sendable>(
  _ url: String, _ body: @escaping @Sendable (PostgresSession) throws -> R
) async throws -> R {
  let connection = try await PostgresConnection.open(PostgresTarget(url), name: "test")
  do {
    let result = try await connection.perform(body)
    await connection.close()
    return result
  } catch {
    await connection.close()
    throw error
  }
}
