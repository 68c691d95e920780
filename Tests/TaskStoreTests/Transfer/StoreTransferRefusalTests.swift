import Foundation
import GRDB
import MusterCore
import PostgreSQL
import TaskModel
import Testing

@testable import TaskStore

/// What is not copied, and that nothing is left of a copy that failed.
@Suite struct StoreTransferRefusalTests {
  private func refused(_ world: TransferWorld, _ from: StorePlace, _ to: StorePlace) async -> StoreError? {
    let transfer = StoreTransfer(from: from, to: to, leases: { _, _ in nil })
    let copy = await #expect(throws: StoreError.self) { try await transfer.copy() }
    // A dry run finds the same.
    let survey = await #expect(throws: StoreError.self) { try await transfer.survey() }
    #expect(copy?.message == survey?.message)
    return copy
  }

  private func one(_ world: World) async throws { try await world.submit("a") }

  @Test func aStoreThatIsMissing() async throws {
    try await TransferWorld.with { world in
      let file = await refused(world, world.file("a"), try world.database)
      #expect(file?.message == "there is no store '\(world.folder)/a/muster.db'; name one that exists")
      let database = await refused(world, try world.database, world.file("a"))
      #expect(database?.message.hasSuffix("holds no tables of muster; name a store that exists") == true)
      #expect(!FileManager.default.fileExists(atPath: world.folder + "/a/muster.db"))
    }
  }

  @Test func aTargetThatHoldsTasks() async throws {
    try await TransferWorld.with { world in
      let time = ManualTime()
      for name in ["a", "b"] { try await world.over(name, time: time, one) }
      let file = await refused(world, world.file("a"), world.file("b"))
      #expect(
        file?.message
          == "the store '\(world.folder)/b/muster.db' holds 1 tasks already, and only an empty one can be filled; name another"
      )
      try await world.overDatabase(time: time, one)
      let database = await refused(world, world.file("a"), try world.database)
      #expect(database?.message.contains("holds 1 tasks already") == true)
    }
  }

  @Test func anEmptyStoreIsFilled() async throws {
    try await TransferWorld.with { world in
      let time = ManualTime()
      try await world.over("a", time: time, one)
      try await world.over("b", time: time) { _ in }
      #expect(try await world.copy(world.file("a"), world.file("b")).tasks == 1)
      try await world.overDatabase(time: time) { _ in }
      #expect(try await world.copy(world.file("b"), world.database).tasks == 1)
    }
  }

  @Test func aStoreWithACoordinator() async throws {
    try await TransferWorld.with { world in
      let time = ManualTime()
      try await world.over("a", time: time, one)
      try await world.over("b", time: time) { _ in
        let from = await refused(world, world.file("b"), world.file("c"))
        #expect(from?.code == .locked)
        let to = await refused(world, world.file("a"), world.file("b"))
        #expect(to?.code == .locked)
      }
      try await world.overDatabase(time: time) { store in
        try await store.pass(.seconds(1))
        let to = await refused(world, world.file("a"), try world.database)
        #expect(
          to?.code == .locked && to?.message.contains("; stop all that do, then try again") == true,
          "\(to?.message ?? "")")
        try await one(store)
        let from = await refused(world, try world.database, world.file("c"))
        #expect(from?.code == .locked)
      }
    }
  }

  @Test func rowsOfAnotherProgramsTable() async throws {
    try await TransferWorld.with { world in
      try await world.overDatabase(time: ManualTime()) { _ in }
      try await world.run("CREATE TABLE IF NOT EXISTS outer_row (seq int8, version xid, task_id text, digest bytea)")
      try await world.run("INSERT INTO outer_row (seq, version, task_id, digest) VALUES (1, '1', 'a', '')")
      let error = await refused(world, try world.database, world.file("a"))
      #expect(error?.message.contains("rows of the prover cluster's table") == true)
    }
  }

  @Test("a copy that fails leaves nothing, and can be made again") func aFailureLeavesNothing() async throws {
    try await TransferWorld.with { world in
      let time = ManualTime()
      try await world.over("a", time: time) { try await TransferWorld.fill($0) }
      let path = "\(world.folder)/a/muster.db"
      let queue = try DatabaseQueue(path: path)
      try await queue.write { try $0.execute(sql: "UPDATE task SET state = 9 WHERE id = 'empty'") }
      for to in [world.file("b"), try world.database] {
        let error = await #expect(throws: StoreError.self) { try await world.copy(world.file("a"), to) }
        #expect(error?.code == .corrupt)
      }
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: world.folder + "/b").sorted() == [
          "muster.lock", "payloads",
        ])
      #expect(try FileManager.default.contentsOfDirectory(atPath: world.folder + "/b/payloads") == [])
      try await queue.write { try $0.execute(sql: "UPDATE task SET state = 1 WHERE id = 'empty'") }
      try queue.close()
      #expect(try await world.copy(world.file("a"), world.database).tasks == 13)

      try await world.run("DELETE FROM live WHERE state = 1")
      let error = await #expect(throws: StoreError.self) { try await world.copy(world.database, world.file("b")) }
      #expect(error?.code == .corrupt)
      #expect(try FileManager.default.contentsOfDirectory(atPath: world.folder + "/b/payloads") == [])
    }
  }

  @Test("a database that goes away in the middle leaves nothing") func theDatabaseGoesAway() async throws {
    try await TransferWorld.with { world in
      try await world.over("a", time: ManualTime()) { store in
        for part in 0..<3 {
          _ = try await store.store.submit((0..<1000).map { store.task("t-\(part)-\($0)") })
        }
      }
      let cut = Shared(false)
      let (url, schema) = (world.url, world.schema)
      let transfer = StoreTransfer(from: world.file("a"), to: try world.database, leases: { _, _ in nil }) {
        step, tasks in
        guard step == .copying, tasks == 2000, !cut.value else { return }
        cut.change { $0 = true }
        let ended = DispatchSemaphore(value: 0)
        Task {
          let connection = try await PostgresConnection.open(PostgresTarget(url), name: "test")
          try await connection.perform { db in
            // The one that fills this test's tables, and not that of a test beside it.
            _ = try db.rows(
              "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE relation = '\(schema).task'::regclass AND granted")
          }
          await connection.close()
          ended.signal()
        }
        ended.wait()
      }
      let error = await #expect(throws: StoreError.self) { try await transfer.copy() }
      #expect(error?.code == .unavailable)
      #expect(try await world.copy(world.file("a"), world.database).tasks == 3000)
    }
  }
}
