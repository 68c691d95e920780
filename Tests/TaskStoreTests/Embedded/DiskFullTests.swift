import Foundation
import MusterCore
import TaskModel
import Testing

@testable import TaskStore

/// A disk that fills in the middle of work: nothing that was acknowledged is lost, what was not is told, and when there is
/// room again the store goes on without being opened anew.
@Suite(.enabled(if: SmallDisk.isAvailable, SmallDisk.whyNot)) struct DiskFullTests {
  private func fill(_ world: World, prefix: String) async throws -> (acknowledged: Set<String>, refused: [[String]]) {
    let acknowledged = Shared<Set<String>>([])
    let refused = Shared<[[String]]>([])
    try await withThrowingTaskGroup(of: Void.self) { group in
      for submitter in 0..<4 {
        group.addTask {
          for batch in 0..<200 {
            let ids = (0..<20).map { "\(prefix)\(submitter)-\(batch)-\($0)" }
            do {
              let outcomes = try await world.store.submit(
                ids.map { world.task($0, input: String(repeating: "x", count: 2000)) })
              #expect(outcomes.allSatisfy { $0 == .accepted(.queued) })
              acknowledged.change { $0.formUnion(ids) }
            } catch let error as StoreError {
              #expect(error.code == .full)
              #expect(error.message.contains("no room on the disk"))
              refused.change { $0.append(ids) }
              return
            }
          }
        }
      }
      try await group.waitForAll()
    }
    return (acknowledged.value, refused.value)
  }

  private func ids(_ store: any TaskStore) async throws -> Set<String> {
    Set(try await store.list(TaskFilter(limit: 1_000_000)).map(\.id.text))
  }

  @Test("in the middle of submits")
  func submits() async throws {
    try await withSmallDisk(megabytes: 6) { disk in
      let folder = "\(disk.path)/state"
      let ballast = "\(disk.path)/ballast"
      try Data(count: 3 << 20).write(to: URL(filePath: ballast))
      let world = try World(folder: folder)
      try await world.store.define(KindDefinition.samples)
      try await world.submit("held")
      try await world.enroll(slots: 4)
      let held = try await world.run()

      let (acknowledged, refused) = try await fill(world, prefix: "a")
      #expect(refused.count == 4)
      #expect(acknowledged.count > 100)
      #expect(world.store.statistics().commitFailures > 0)
      #expect(world.store.statistics().submitted == UInt64(acknowledged.count) + 1)
      // All of what was acknowledged, and nothing of what was refused.
      #expect(try await ids(world.store) == acknowledged.union(["held"]))
      let signalled = try? await world.signals()
      #expect(signalled?.flatMap(\.ended).isEmpty ?? true)

      // The store asks the disk again after a while, not at every call.
      let early = await #expect(throws: StoreError.self) { try await world.submit("early") }
      #expect(early?.code == .full)
      try FileManager.default.removeItem(atPath: ballast)
      world.time.advance(by: .seconds(1))
      #expect(try await world.submit("after") == .accepted(.queued))
      for batch in refused {
        let again = try await world.store.submit(
          batch.map { world.task($0, input: String(repeating: "x", count: 2000)) })
        #expect(again.allSatisfy { $0 == .accepted(.queued) })
      }
      // The worker holds what it held, once.
      let worker = try #require(try await world.store.workers().first)
      #expect(worker.freeSlots == 3)
      #expect(try await world.store.held(by: "w") == [held.token])
      #expect(try await world.claim(limit: 10).count == 3)
      #expect(try await world.end(held.token, result: "x").verdict == .committed)

      let everything = acknowledged.union(refused.joined()).union(["held", "after"])
      #expect(try await ids(world.store) == everything)
      await world.store.close()
      let reopened = try World(folder: folder, time: world.time)
      #expect(try await ids(reopened.store) == everything)
      #expect(try await reopened.resultText("held") == "x")
      await reopened.store.close()
    }
  }

  @Test("in the middle of results: a result that was not acknowledged can be given again")
  func results() async throws {
    try await withSmallDisk(megabytes: 6) { disk in
      let ballast = "\(disk.path)/ballast"
      let world = try World(folder: "\(disk.path)/state")
      try await world.store.define(KindDefinition.samples)
      _ = try await world.store.submit((0..<400).map { world.task("t\($0)") })
      try await world.enroll(slots: 400)
      let claimed = try await world.claim(limit: 400)
      #expect(claimed.count == 400)
      try Data(count: 4 << 20).write(to: URL(filePath: ballast))
      let result = Data(repeating: 9, count: 20_000)
      var committed = 0
      for task in claimed {
        do {
          let outcome = try await world.store.exchange(
            Exchange(worker: "w", ends: [EndReport(token: task.token, end: .done, result: .bytes(result))]))
          #expect(outcome.ends.map(\.verdict) == [.committed])
          committed += 1
        } catch let error as StoreError {
          #expect(error.code == .full)
          break
        }
      }
      #expect(committed > 0 && committed < 400)
      let done = try await world.store.list(TaskFilter(states: [.done], limit: 1000))
      #expect(done.count == committed)
      #expect(try await world.store.result(of: claimed[committed - 1].id)?.load() == result)
      try FileManager.default.removeItem(atPath: ballast)
      world.time.advance(by: .seconds(1))
      let again = try await world.store.exchange(
        Exchange(
          worker: "w", ends: [EndReport(token: claimed[committed].token, end: .done, result: .bytes(result))]))
      #expect(again.ends.map(\.verdict) == [.committed])
      #expect(try await world.endedSignals().filter { $0.state == .done }.count == committed + 1)
      await world.store.close()
    }
  }

  @Test("a large payload that does not fit is refused and leaves no half file")
  func payload() async throws {
    try await withSmallDisk(megabytes: 4) { disk in
      let folder = "\(disk.path)/state"
      let world = try World(folder: folder)
      let error = await #expect(throws: StoreError.self) { try await world.store.keep(Data(count: 8 << 20)) }
      #expect(error?.code == .full)
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/payloads").isEmpty)
      #expect(try await world.submit("a") == .accepted(.queued))
      await world.store.close()
    }
  }
}
