import Foundation
import GRDB
import MusterCore
import TaskModel
import Testing

@testable import TaskStore

/// A backup is the store as it was at one moment, whatever goes on meanwhile.
@Suite struct StoreBackupTests {
  private func backup(_ folder: String, _ name: String = "backup") throws -> StoreBackup.Report {
    try StoreBackup(folder: "\(folder)/store", file: "muster.db").make(at: "\(folder)/\(name)")
  }

  private func files(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  @Test("a store that is in use is backed up with everything in it") func everything() async throws {
    try await withFolder { folder in
      let time = ManualTime()
      let world = try World(folder: "\(folder)/store", time: time)
      try await world.store.define(KindDefinition.samples)
      try await TransferWorld.fill(world)
      let before = try await portrait(world.store)
      let report = try backup(folder)
      #expect(report.tasks == 13 && report.payloadFiles == 1)
      // What comes afterwards is not in it.
      try await world.submit("after")
      await world.store.close()
      #expect(try files("\(folder)/backup") == ["muster.db", "payloads"])

      let restored = try World(folder: "\(folder)/backup", time: time)
      try await restored.store.define(KindDefinition.samples)
      #expect(try await portrait(restored.store) == before)
      // A worker that was at work goes on; new attempts have tokens that were never handed out.
      try await restored.enroll(slots: 100)
      let old = try await restored.store.held(by: "w")
      #expect(old.count == 2)
      let fresh = try #require(try await restored.claim(limit: 1).first)
      #expect(!old.contains { $0.epoch == fresh.token.epoch })
      await restored.store.close()
      let only = try FileManager.default.attributesOfItem(atPath: "\(folder)/backup")[.posixPermissions] as? Int
      #expect(only == 0o700)
    }
  }

  @Test("a store without a coordinator is backed up, too, and can be opened afterwards") func atRest() async throws {
    try await withFolder { folder in
      let time = ManualTime()
      let world = try World(folder: "\(folder)/store", time: time)
      try await world.submit("a")
      await world.store.close()
      #expect(try backup(folder).tasks == 1)
      let again = try World(folder: "\(folder)/store", time: time)
      #expect(try await again.state("a") == .queued)
      await again.store.close()
    }
  }

  @Test("backups that are made while tasks come, end and are deleted are whole") func underLoad() async throws {
    try await withFolder { folder in
      let world = try World(folder: "\(folder)/store")
      try await world.store.define(KindDefinition.samples, keep: .zero)
      try await world.enroll(slots: 100)
      let acknowledged = Shared(0)
      let isOver = Shared(false)
      let load = Task {
        var number = 0
        while !isOver.value {
          number += 1
          try await world.submit("kept-\(number)", kind: "judged")
          acknowledged.change { $0 = number }
          try await world.submit(
            "large-\(number)", input: String(repeating: "y", count: PayloadFiles.inlineBound + number)
          ) {
            $0.priority = 1
          }
          let input = try await world.store.keep(Data(count: PayloadFiles.inlineBound + 1))
          try await world.submit("file-\(number)") {
            $0.input = input
            $0.identity = Data("\(number)".utf8)
            $0.priority = 1
          }
          for claimed in try await world.claim(limit: 2) { try await world.end(claimed.token, result: "r") }
          world.time.advance(by: .seconds(1))
          _ = try await world.store.expire(limit: 100)
        }
      }
      for round in 1...4 {
        let before = acknowledged.value
        _ = try backup(folder, "\(round)")
        let copy = try World(folder: "\(folder)/\(round)", time: world.time)
        let records = try await copy.store.list(TaskFilter(limit: 1_000_000))
        #expect(records.count { $0.id.text.hasPrefix("kept-") } >= before)
        for record in records {
          let input = try #require(try await copy.store.input(of: record.id))
          #expect(try input.load().count == record.inputSize)
        }
        await copy.store.close()
      }
      isOver.change { $0 = true }
      try await load.value
      await world.store.close()
    }
  }

  @Test("a payload that is removed before it is copied is not missed, because a new snapshot is taken")
  func removedMeanwhile() async throws {
    try await withFolder { folder in
      let world = try World(folder: "\(folder)/store")
      try await world.submit("stays")
      let input = try await world.store.keep(Data(count: PayloadFiles.inlineBound + 1))
      try await world.submit("goes") { $0.input = input }
      await world.store.close()
      let rounds = Shared(0)
      let store = "\(folder)/store"
      let report = try StoreBackup(folder: store, file: "muster.db") { round in
        rounds.change { $0 = round }
        guard round == 1 else { return }
        try Self.removePayloads(folder)
        let queue = try DatabaseQueue(path: "\(store)/muster.db")
        try queue.write { try $0.execute(sql: "DELETE FROM task WHERE id = 'goes'; DELETE FROM input") }
        try queue.close()
      }.make(at: "\(folder)/backup")
      #expect(rounds.value == 2)
      #expect(report.tasks == 1 && report.payloadFiles == 0)
    }
  }

  @Test("a backup that cannot be had leaves nothing") func withoutEnd() async throws {
    try await withFolder { folder in
      let world = try World(folder: "\(folder)/store")
      let input = try await world.store.keep(Data(count: PayloadFiles.inlineBound + 1))
      try await world.submit("a") { $0.input = input }
      await world.store.close()
      let error = #expect(throws: StoreError.self) {
        try StoreBackup(folder: "\(folder)/store", file: "muster.db") { _ in try Self.removePayloads(folder) }
          .make(at: "\(folder)/backup")
      }
      #expect(error?.code == .unavailable)
      #expect(try files(folder) == ["store"])
    }
  }

  /// Those of the store, and those that were copied already.
  private static func removePayloads(_ folder: String) throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      let payloads = "\(folder)/\(name)/payloads"
      for file in (try? FileManager.default.contentsOfDirectory(atPath: payloads)) ?? [] {
        try FileManager.default.removeItem(atPath: "\(payloads)/\(file)")
      }
    }
  }

  @Test func whatCannotBeBackedUpIsSaid() async throws {
    try await withFolder { folder in
      let missing = #expect(throws: StoreError.self) { try backup(folder) }
      #expect(missing?.message == "there is no store '\(folder)/store/muster.db'; name one that exists")
      let world = try World(folder: "\(folder)/store")
      await world.store.close()
      let taken = #expect(throws: StoreError.self) { try backup(folder, "store") }
      #expect(taken?.message == "'\(folder)/store' exists already; name a folder that does not, to be made")
      let nowhere = #expect(throws: StoreError.self) { try backup(folder, "no/where") }
      #expect(nowhere?.message.hasPrefix("cannot make the folder '\(folder)/no/where.incomplete-") == true)
      try FileManager.default.removeItem(atPath: "\(folder)/store/muster.db")
      let queue = try DatabaseQueue(path: "\(folder)/store/muster.db")
      try await queue.write { try $0.execute(sql: "CREATE TABLE other (x)") }
      try queue.close()
      let other = #expect(throws: StoreError.self) { try backup(folder) }
      #expect(other?.message == "'\(folder)/store/muster.db' is no muster store; name the file of one")
      try Data(repeating: 7, count: 8192).write(to: URL(filePath: "\(folder)/store/muster.db"))
      let damaged = #expect(throws: StoreError.self) { try backup(folder) }
      #expect(damaged?.code == .corrupt)
      #expect(try files(folder) == ["store"])
    }
  }
}
