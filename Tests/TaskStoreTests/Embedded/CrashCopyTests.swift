import Foundation
import GRDB
import MusterCore
import SeededDice
import TaskModel
import Testing

@testable import TaskStore

/// Copies of the store's files taken at random instants while it is written: what a process that is killed just then leaves
/// behind, apart from what the kernel still holds. (The test of the whole program kills a real process.)
@Suite struct CrashCopyTests {
  private struct Promises {
    /// By id: the input that was acknowledged.
    var submitted: [String: Data] = [:]
    var results: [String: Data] = [:]
    var cancelled: Set<String> = []
    /// How many calls each writer may have made: they wait for the copies, or they would fill the disk on a slow machine.
    var allowance = 0
    var over = false
  }

  private static let copies = 10
  /// Enough for the write-ahead log to be folded into the database once or twice on the way.
  private static let callsBetweenCopies = 10

  /// The write-ahead log's header and the database's size and time: they change when a checkpoint ran during a copy.
  private func fingerprint(_ folder: String) throws -> [String] {
    let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/muster.db")
    let log = try FileHandle(forReadingFrom: URL(filePath: "\(folder)/muster.db-wal"))
    defer { try? log.close() }
    let header = try log.read(upToCount: 32) ?? Data()
    return [
      "\(attributes[.size] ?? 0)", "\((attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0)",
      header.base64EncodedString(),
    ]
  }

  /// Copies the database, then its log, as they are at some instant. False if a checkpoint moved pages from one to the other
  /// meanwhile: such a pair of copies never stood on the disk together.
  private func copy(_ folder: String, to target: String) throws -> Bool {
    let before = try fingerprint(folder)
    try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
    for name in ["muster.db", "muster.db-wal"] {
      try? FileManager.default.removeItem(atPath: "\(target)/\(name)")
      try FileManager.default.copyItem(atPath: "\(folder)/\(name)", toPath: "\(target)/\(name)")
    }
    return try fingerprint(folder) == before
  }

  @Test("everything acknowledged before the copy is in it, and nothing half")
  func copies() async throws {
    try await withFolder { folder in
      var dice = Dice(announcedBy: "crash copies")
      let world = try World(folder: "\(folder)/live")
      try await world.store.define(KindDefinition.samples)
      try await world.enroll(slots: 64)
      let promises = Shared(Promises())
      let seeds = (0..<3).map { _ in dice.next() }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for (number, seed) in seeds.enumerated() {
          group.addTask { try await submit(world, number, Dice(seed: seed), promises) }
        }
        group.addTask { try await work(world, promises) }
        defer { promises.change { $0.over = true } }
        var taken = 0
        while taken < Self.copies {
          promises.change { $0.allowance = (taken + 1) * Self.callsBetweenCopies }
          try await Task.sleep(for: .microseconds(dice.roll(100..<40_000)))
          let promised = promises.value
          guard try copy("\(folder)/live", to: "\(folder)/copy") else { continue }
          taken += 1
          try await check("\(folder)/copy", promised, &dice, world.time)
        }
        promises.change { $0.over = true }
        try await group.waitForAll()
      }
      #expect(promises.value.submitted.count > 100 && promises.value.results.count > 10)
      await world.store.close()
    }
  }

  private func submit(
    _ world: World, _ number: Int, _ dice: Dice, _ promises: Shared<Promises>
  ) async throws {
    var dice = dice
    var batch = 0
    while !promises.value.over {
      if batch >= promises.value.allowance {
        try await Task.sleep(for: .milliseconds(1))
        continue
      }
      let size = dice.roll(1..<40)
      let tasks = (0..<size).map { one in
        world.task("w\(number)-\(batch)-\(one)-of-\(size)", input: String(repeating: "i", count: dice.roll(0..<6000)))
      }
      let outcomes = try await world.store.submit(tasks)
      #expect(outcomes.allSatisfy { $0 == .accepted(.queued) })
      let inputs = try tasks.map { ($0.id.text, try $0.input.load()) }
      promises.change { promises in for (id, input) in inputs { promises.submitted[id] = input } }
      if dice.chance(10), let task = tasks.first, try await world.cancel(task.id.text) == .changed(.cancelled) {
        promises.change { _ = $0.cancelled.insert(task.id.text) }
      }
      batch += 1
    }
  }

  private func work(_ world: World, _ promises: Shared<Promises>) async throws {
    var ends: [EndReport] = []
    var held: [Token: String] = [:]
    while !promises.value.over {
      let outcome = try await world.store.exchange(Exchange(worker: "w", ends: ends, claimLimit: 32))
      for (report, end) in zip(ends, outcome.ends) where end.verdict == .committed {
        guard let id = held[report.token] else { continue }
        let result = try report.result.load()
        promises.change { $0.results[id] = result }
      }
      if outcome.claimed.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
      held = [:]
      ends = outcome.claimed.map { task in
        held[task.token] = task.id.text
        return EndReport(token: task.token, end: .done, result: .bytes(Data("result of \(task.id)".utf8)))
      }
    }
  }

  private func check(_ folder: String, _ promised: Promises, _ dice: inout Dice, _ time: ManualTime) async throws {
    let store = try EmbeddedStore(folder: folder, time: time, logger: .silent)
    let tasks = try await store.list(TaskFilter(limit: 10_000_000))
    let found = Dictionary(uniqueKeysWithValues: tasks.map { ($0.id.text, $0) })
    for (id, input) in promised.submitted {
      // Plain comparisons: there are tens of thousands, and an expectation costs more than the look.
      if found[id]?.inputSize != input.count { Issue.record("\(id) was acknowledged and is not there") }
      if dice.chance(5) { #expect(try await store.input(of: TaskID(trusted: id))?.load() == input) }
    }
    for (id, result) in promised.results {
      if found[id]?.state != .done { Issue.record("the result of \(id) was acknowledged and is not there") }
      if dice.chance(5) { #expect(try await store.result(of: TaskID(trusted: id))?.load() == result) }
    }
    for id in promised.cancelled where found[id]?.state != .cancelled { Issue.record("\(id) was cancelled") }
    // A call is there as a whole or not at all.
    let calls = Dictionary(grouping: tasks) { $0.id.text.split(separator: "-").prefix(2).joined(separator: "-") }
    for (call, members) in calls {
      if members.first?.id.text.hasSuffix("-of-\(members.count)") != true { Issue.record("\(call) is there by half") }
    }
    for task in tasks where task.state == .done && (task.resultSize == 0 || dice.chance(5)) {
      #expect(try await store.result(of: task.id)?.size == "result of \(task.id)".utf8.count)
    }
    #expect(try await store.database.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") } == "ok")
    // The book and the tables tell the same.
    let counts = try await store.counts().reduce(into: [:]) { $0[$1.state, default: 0] += $1.count }
    #expect(try await store.queuedByKind().values.reduce(0, +) == counts[.queued, default: 0])
    #expect(try await store.held(by: "w").count == counts[.running, default: 0])
    await store.close()
  }
}
