import MusterCore
import PostgreSQL
import TaskModel
import Testing

@testable import TaskStore

/// What tells a worker whether two coordinators have the same tasks.
@Suite struct StoreIDTests {
  @Test("every store has an id of its own, 32 characters of hexadecimal", arguments: StoreSort.allCases)
  func ownID(sort: StoreSort) async throws {
    try await withStore(sort) { one in
      #expect(one.store.id.count == 32 && one.store.id.allSatisfy { $0.isHexDigit })
      try await withStore(sort) { other in #expect(one.store.id != other.store.id) }
    }
  }

  @Test("it stays when the store is opened anew, and goes along with its tasks, there and back")
  func goesAlong() async throws {
    try await TransferWorld.with { world in
      let time = ManualTime()
      let id = try await world.over("a", time: time) { $0.store.id }
      #expect(try await world.over("a", time: time) { $0.store.id } == id)
      _ = try await world.copy(world.file("a"), world.database)
      #expect(try await world.overDatabase(time: time) { $0.store.id } == id)
      _ = try await world.copy(world.database, world.file("b"))
      #expect(try await world.over("b", time: time) { $0.store.id } == id)
      _ = try StoreBackup(folder: "\(world.folder)/a", file: "muster.db").make(at: "\(world.folder)/backup")
      #expect(try await world.over("backup", time: time) { $0.store.id } == id)
    }
  }

  @Test("a store of a version before gets one, and all coordinators over it have the same")
  func upgraded() async throws {
    try await withSchema { schema, url in
      let old = PostgresMigration.all.filter { $0.number < 3 }
      try await over(url) { try PostgresSchema.prepare($0, schema: schema, build: "old", migrations: old) }
      let one = try await World(schema: schema, in: url)
      let two = try await World(schema: schema, in: url)
      #expect(one.store.id == two.store.id && !one.store.id.isEmpty)
      await one.store.close()
      await two.store.close()
    }
  }

  @Test("a store that has lost its id is damaged")
  func lost() async throws {
    try await TransferWorld.with { world in
      _ = try await world.overDatabase(time: ManualTime()) { $0.store.id }
      try await world.run("DELETE FROM store")
      await #expect(throws: StoreError.self) { try await world.overDatabase(time: ManualTime()) { _ in } }
    }
  }
}
