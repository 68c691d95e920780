import Foundation
import MusterCore
import PostgreSQL
import PostgresFixture
import TaskModel
import Testing

@testable import TaskStore

/// A database with the prover cluster's table, filled by the test as a backend would, and Muster's own tables beside it.
///
/// Stands in for the store: makes tasks of fresh rows and ends them, with the least that the outer table needs to know.
final class ProverClusterWorld: Sendable {
  let url: String
  let table: ProverClusterTable
  /// The store's connection, in Muster's schema.
  let ours: PostgresConnection
  /// The backend's, or another coordinator's.
  let theirs: PostgresConnection

  fileprivate init(url: String, table: ProverClusterTable, ours: PostgresConnection, theirs: PostgresConnection) {
    self.url = url
    self.table = table
    self.ours = ours
    self.theirs = theirs
  }

  // MARK: Others

  /// Runs statements as another program.
  func sql(_ statements: String) async throws { try await theirs.perform { try $0.run(statements) } }

  func insert(_ id: String, circuit: String = "block", block: Int64 = 1, input: String = #"{"x": 3, "y": 35}"#)
    async throws
  {
    _ = try await theirs.perform {
      try $0.change(
        "INSERT INTO task (task_id, circuit, block_id, input, status) VALUES ($1, $2, $3, $4::text::jsonb, 'inited')",
        [.text(id), .text(circuit), .int(block), .text(input)])
    }
  }

  struct Row: Sendable, Equatable {
    var status: String
    var prover: String?
    var proof: String?
    var publicInput: String?
  }

  func row(_ id: String) async throws -> Row? {
    try await theirs.perform { db in
      try db.rows("SELECT status::text, prover_id::text, proof, public_input FROM task WHERE task_id = $1", [.text(id)])
        .first.map {
          Row(
            status: $0.text(0), prover: $0.optionalText(1),
            proof: $0.optionalBytes(2).map { String(decoding: $0, as: UTF8.self) },
            publicInput: $0.optionalBytes(3).map { String(decoding: $0, as: UTF8.self) })
        }
    }
  }

  func number(_ sql: String) async throws -> Int {
    try await theirs.perform { Int(try $0.rows("SELECT (\(sql))::int8").first?.optionalInt(0) ?? -1) }
  }

  // MARK: Ours

  /// One transaction of the store.
  func transaction<R: Sendable>(
    on connection: PostgresConnection? = nil,
    _ body: @escaping @Sendable (ProverClusterTable, PostgresSession) throws -> R
  ) async throws -> R {
    let table = table
    return try await (connection ?? ours).perform { db in
      try db.run("BEGIN")
      let result = try body(table, db)
      try db.run("COMMIT")
      return result
    }
  }

  func look(limit: Int = 1000, _ table: ProverClusterTable? = nil) async throws -> OuterLook {
    try await ours.perform { [own = self.table] db in try (table ?? own).look(db, limit: limit) }
  }

  /// Looks, and makes tasks of what is fresh: their sequence numbers by id.
  @discardableResult
  func takeAll() async throws -> [String: Int64] {
    let rows = try await look().fresh
    try await transaction { table, db in
      for row in rows {
        let made = try db.rows(
          """
          INSERT INTO task (id, submitted, lane, max_attempts, input_size, identity) VALUES ($1, clock(), 1, 3, $2, '')
          RETURNING seq
          """, [.text(row.task.id.text), .int4(Int32(row.task.input.count))])
        try db.change(
          "INSERT INTO live (seq, ord, since, lane, max_attempts, input_size, state) VALUES ($1, $2, clock(), 1, 3, 0, 1)",
          [.int(made.first?.int(0) ?? 0), .int(row.task.order)])
      }
      try table.take(rows, db)
    }
    return try await ours.perform { db in
      Dictionary(
        try db.rows("SELECT id, seq FROM task").map { ($0.text(0), $0.int(1)) }, uniquingKeysWith: { first, _ in first }
      )
    }
  }

  /// A task whose row was just inserted.
  func task(_ id: String, input: String = #"{"x": 3, "y": 35}"#) async throws -> Int64 {
    try await insert(id, input: input)
    return try #require(try await takeAll()[id])
  }

  func claim(_ task: Int64, worker: String = "w1", on connection: PostgresConnection? = nil) async throws -> Bool {
    try await transaction(on: connection) { table, db in
      try table.claim([OuterClaim(task: task, id: "", worker: worker)], db).contains(task)
    }
  }

  /// A task that a worker has.
  func claimedTask(_ id: String, worker: String = "w1") async throws -> Int64 {
    let task = try await task(id)
    #expect(try await claim(task, worker: worker))
    return task
  }

  func finish(
    _ task: Int64, worker: String = "w1", proof: String = "proof", publicInput: String? = nil
  ) async throws -> OuterFinish {
    let end = OuterEnd(
      task: task, id: "", worker: worker, result: Data(proof.utf8), publicInput: publicInput.map { Data($0.utf8) })
    return try await finish([end])
  }

  func finish(_ ends: [OuterEnd]) async throws -> OuterFinish {
    try await transaction { table, db in try table.finish(ends, db) }
  }

  func giveBack(_ task: Int64) async throws { try await transaction { table, db in try table.giveBack([task], db) } }

  /// As the store does when a task ends: `state` is 4, done, 5, failed, or 6, cancelled.
  func end(_ task: Int64, state: Int16) async throws {
    try await transaction { table, db in
      if state != 4 { try table.giveBack([task], db) }
      try db.change("DELETE FROM live WHERE seq = $1", [.int(task)])
      try db.change(
        "INSERT INTO final (seq, finished, kind, state) VALUES ($1, clock(), 1, $2)", [.int(task), .int2(state)])
    }
  }

  /// As the store does with a task that a look found to be withdrawn.
  func withdraw(_ task: Int64) async throws -> String? {
    let reason = try await transaction { table, db in try table.withdraw(task, db) }
    if reason != nil { try await end(task, state: 6) }
    return reason
  }

  /// As the store does when a task must make room for another round, or was kept long enough.
  func remove(_ task: Int64) async throws {
    try await transaction { table, db in
      for name in ["live", "final", "task"] { try db.change("DELETE FROM \(name) WHERE seq = $1", [.int(task)]) }
      try table.forget([task], db)
    }
  }

  func standing(_ task: Int64) async throws -> ProverClusterTable.Standing? {
    let raw = try await ours.perform {
      try $0.rows("SELECT stands FROM outer_row WHERE seq = $1", [.int(task)]).first?.int(0)
    }
    return raw.flatMap { ProverClusterTable.Standing(rawValue: Int16($0)) }
  }

  /// Another connection of the store.
  func connectOurs() async throws -> PostgresConnection { try await Self.connectOurs(url) }

  fileprivate static func connectOurs(_ url: String) async throws -> PostgresConnection {
    let connection = try await PostgresConnection.open(PostgresTarget(url), name: "ours")
    try await connection.perform { db in
      try PostgresSchema.prepare(db, schema: "muster", build: "test")
      // The original's programs write UTC, whatever the server's own zone.
      try db.run("SET TIME ZONE 'Asia/Tokyo'")
      if try db.rows("SELECT to_regclass('outer_row')::text").first?.optionalText(0) == nil {
        try db.run(ProverClusterTable.tables)
      }
    }
    return connection
  }
}

/// The statements that make the original's table.
enum OriginalSchema {
  static let type = "CREATE TYPE task_status AS ENUM ('inited', 'proving', 'proved');"
  static let table = """
    CREATE TABLE task (
      task_id VARCHAR(30) PRIMARY KEY, circuit VARCHAR(30) NOT NULL, block_id BIGINT NOT NULL,
      input jsonb NOT NULL, output jsonb, public_input BYTEA, proof BYTEA,
      status task_status NOT NULL DEFAULT 'inited', prover_id VARCHAR(128),
      created_time TIMESTAMP(0) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      updated_time TIMESTAMP(0) NOT NULL DEFAULT CURRENT_TIMESTAMP);
    """
  static let trigger = """
    CREATE FUNCTION touch() RETURNS TRIGGER LANGUAGE plpgsql AS $$
      BEGIN NEW.updated_time = CURRENT_TIMESTAMP; RETURN NEW; END $$;
    CREATE TRIGGER touch BEFORE UPDATE ON task FOR EACH ROW EXECUTE PROCEDURE touch();
    """
  static let all = type + table + trigger
}

/// Makes the tables in a fresh database and runs `body` over them.
func withProverCluster(
  latestFirst: Bool = false, maxInput: Int = 16 << 20, schema: String = OriginalSchema.all,
  _ body: (ProverClusterWorld) async throws -> Void
) async throws {
  try await withFreshDatabase { url in
    let theirs = try await PostgresConnection.open(PostgresTarget(url), name: "theirs")
    try await theirs.perform { try $0.run(schema) }
    let table = try await theirs.perform {
      try ProverClusterTable.locate($0, latestFirst: latestFirst, maxInput: maxInput)
    }
    let ours = try await ProverClusterWorld.connectOurs(url)
    try await body(ProverClusterWorld(url: url, table: table, ours: ours, theirs: theirs))
    await ours.close()
    await theirs.close()
  }
}
