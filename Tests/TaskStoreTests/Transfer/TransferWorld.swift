import Foundation
import MusterCore
import PostgreSQL
import PostgresFixture
import TaskModel
import Testing

@testable import TaskStore

/// Two folders and two schemas between which stores are copied.
struct TransferWorld: Sendable {
  let folder: String
  let schema: String
  let url: String

  /// Empty places, removed afterwards.
  static func with(_ body: (TransferWorld) async throws -> Void) async throws {
    try await withFolder { folder in
      try await withSchema { schema, url in
        try await body(TransferWorld(folder: folder, schema: schema, url: url))
      }
    }
  }

  func file(_ name: String) -> StorePlace { .embedded(folder: "\(folder)/\(name)", file: "muster.db") }
  var database: StorePlace { get throws { .postgres(try PostgresTarget(url), schema: schema) } }

  func copy(
    _ from: StorePlace, _ to: StorePlace, leases: @escaping @Sendable (String, String) -> Duration? = { _, _ in nil }
  ) async throws -> TransferTally {
    try await StoreTransfer(from: from, to: to, build: "test", leases: leases).copy()
  }

  /// Runs statements in the schema.
  func run(_ sql: String) async throws {
    let connection = try await PostgresConnection.open(PostgresTarget(url), name: "test")
    defer { Task { await connection.close() } }
    try await connection.perform { [schema] db in
      try db.run("SET search_path = \(schema)")
      try db.run(sql)
    }
  }

  /// A store over the file `name` for the time of `body`.
  func over<R: Sendable>(_ name: String, time: ManualTime, _ body: (World) async throws -> R) async throws -> R {
    try await use(try World(folder: "\(folder)/\(name)", time: time), body)
  }

  func overDatabase<R: Sendable>(time: ManualTime, _ body: (World) async throws -> R) async throws -> R {
    try await use(try await World(schema: schema, in: url, time: time), body)
  }

  private func use<R: Sendable>(_ world: World, _ body: (World) async throws -> R) async throws -> R {
    do {
      try await world.store.define(KindDefinition.samples)
      let result = try await body(world)
      await world.store.close()
      return result
    } catch {
      await world.store.close()
      throw error
    }
  }

  static let large = String(repeating: "x", count: PayloadFiles.inlineBound + 1)

  /// Tasks in every state, with everything that a task can have.
  static func fill(_ world: World) async throws {
    try await world.enroll(slots: 100)
    try await world.submit("done", input: "in") { $0.labels = ["a": "1", "zero\0": "\0"] }
    let done = try await world.run()
    try await world.store.appendLogs([
      LogPiece(token: done.token, text: Data("one".utf8)),
      LogPiece(token: done.token, text: Data("two".utf8), dropped: 5),
    ])
    try await world.end(done.token, result: "out")
    try await world.submit("large", input: Self.large)
    let large = try await world.run()
    let result = try await world.store.keep(Data(Self.large.utf8))
    _ = try await world.store.exchange(
      Exchange(worker: "w", ends: [EndReport(token: large.token, end: .done, result: result)]))
    try await world.submit("failed") { $0.maxAttempts = 1 }
    try await world.end(try await world.run().token, .failed, error: "no\0good")
    try await world.submit("dependent", after: ["failed", "done"])
    try await world.submit("cancelled")
    _ = try await world.cancel("cancelled")
    try await world.submit("late", kind: "judged")
    let lost = try await world.run()
    try await world.end(lost.token, .lost, error: "gone")
    try await world.pass(.seconds(2))
    try await world.start(try #require(try await world.claim(limit: 1).first).token)
    try await world.end(lost.token, result: "late")
    try await world.judge(lost.token, valid: true)
    // Ended so far; from here on, what goes on.
    try await world.submit("verifying", kind: "judged")
    try await world.end(try await world.run().token, result: Self.large)
    try await world.submit("running") { $0.needs = Needs(slots: 2, memory: 1 << 20) }
    _ = try await world.run()
    try await world.submit("prefetched")
    _ = try await world.claim(limit: 1)
    try await world.submit("backoff") { $0.deadline = world.time.timestamp() + .seconds(1000) }
    try await world.end(try await world.run().token, .timeout, error: "slow")
    try await world.submit("held", after: ["backoff"])
    try await world.submit("queued") { $0.priority = 5 }
    try await world.submit("empty", kind: "judged") { $0.oversize = true }
  }
}

/// All that can be read of a store, as text.
func portrait(_ store: any TaskStore) async throws -> [String] {
  var lines: [String] = []
  for record in try await store.list(TaskFilter(limit: 1000, oldestFirst: true)) {
    var details = try #require(try await store.record(record.id))
    lines.append("labels \(details.task.labels.sorted { $0.key < $1.key })")
    details.task.labels = [:]
    lines.append("\(details)")
    lines.append("input \(try await store.input(of: record.id)?.load().count ?? -1)")
    lines.append(
      "result \(try await store.result(of: record.id).map { String(decoding: try $0.load(), as: UTF8.self) } ?? "-")")
    for number in 1...3 {
      let pieces = try await store.logs(of: record.id, attempt: number, after: 0)
      lines.append(
        contentsOf: pieces.map { "log \($0.attempt) \(String(decoding: $0.text, as: UTF8.self)) \($0.dropped)" })
    }
  }
  lines.append("\(try await store.counts())")
  lines.append("\(try await store.unverified())")
  lines.append("\(try await store.held(by: "w").sorted { $0.number < $1.number })")
  return lines
}
