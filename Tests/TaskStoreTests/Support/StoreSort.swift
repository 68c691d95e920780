import Foundation
import Logging
import MusterCore
import PostgresFixture
import TaskModel
import Testing

@testable import TaskStore

/// The sorts of store over which the behavioural suite runs.
enum StoreSort: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case memory, file, postgres

  var testDescription: String { rawValue }
}

/// Makes a store of one sort, runs `body` over it, and removes everything that was made.
func withStore(
  _ sort: StoreSort, kinds: [KindDefinition] = KindDefinition.samples, _ body: (World) async throws -> Void
) async throws {
  switch sort {
  case .memory: try await run(World(folder: nil), kinds, body)
  case .file: try await withFolder { try await run(World(folder: $0), kinds, body) }
  case .postgres: try await withSchema { try await run(World(schema: $0, in: $1), kinds, body) }
  }
}

/// A schema's name of its own in the tests' database, dropped afterwards.
func withSchema(_ body: (_ schema: String, _ url: String) async throws -> Void) async throws {
  let server = try await PostgresServer.shared()
  let url = server.url(database: "postgres")
  let schema = "muster_\(UInt64.random(in: 0...UInt64.max))"
  do {
    try await body(schema, url)
  } catch {
    try? await server.administer { try $0.run("DROP SCHEMA IF EXISTS \(schema) CASCADE") }
    throw error
  }
  try await server.administer { try $0.run("DROP SCHEMA IF EXISTS \(schema) CASCADE") }
}

private func run(
  _ world: World, _ kinds: [KindDefinition], _ body: (World) async throws -> Void
) async throws {
  try await world.store.define(kinds)
  do {
    try await body(world)
  } catch {
    await world.store.close()
    throw error
  }
  await world.store.close()
}

/// A fresh folder, removed afterwards.
func withFolder(_ body: (String) async throws -> Void) async throws {
  let folder = FileManager.default.temporaryDirectory.path + "/muster-store-\(UInt64.random(in: 0...UInt64.max))"
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  try await body(folder)
}

extension Logger {
  /// Says nothing: a test looks at what happens, not at what is told.
  static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}

extension KindDefinition {
  /// `plain` commits results as they come; `judged` has them verified first.
  static let samples = [
    KindDefinition(name: "plain", backoff: Backoff(initial: .seconds(1), factor: 2, limit: .seconds(60))),
    KindDefinition(
      name: "judged", verifier: ["check"], backoff: Backoff(initial: .seconds(1), factor: 2, limit: .seconds(60))),
  ]
}
