import Foundation
import MusterCore
import TaskModel
import Testing

@testable import TaskStore

/// Payloads over 256 KiB stand in files beside the database: none may be missing, and none may stay for nothing.
@Suite struct PayloadFileTests {
  private static let large = PayloadTests.bytes(300 * 1024)

  private func withFiles(_ body: (World, () throws -> [String]) async throws -> Void) async throws {
    try await withFolder { folder in
      let world = try World(folder: folder)
      try await world.store.define(KindDefinition.samples)
      try await body(world) { try FileManager.default.contentsOfDirectory(atPath: "\(folder)/payloads").sorted() }
      await world.store.close()
    }
  }

  private func submitLarge(_ world: World, _ id: String, kind: String = "plain") async throws -> SubmitOutcome {
    let input = try await world.store.keep(Self.large)
    return try await world.submit(id, kind: kind) { $0.input = input }
  }

  private func endLarge(
    _ world: World, _ token: Token, _ data: Data = large, verified: Bool = false
  ) async throws -> EndOutcome.Verdict? {
    let report = EndReport(
      token: token, end: .done, result: .bytes(Data()), verified: verified)
    var kept = report
    kept.result = try await world.store.keep(data)
    let outcome = try await world.store.exchange(Exchange(worker: "w", ends: [kept]))
    // One more command, so that what the commit before left behind is cleaned up.
    _ = try await world.store.holders()
    return outcome.ends.first?.verdict
  }

  @Test("only what is over the bound becomes a file, with the owner's rights only")
  func bound() async throws {
    try await withFiles { world, files async throws in
      #expect(try await world.store.keep(Data(count: 256 * 1024)) == .bytes(Data(count: 256 * 1024)))
      #expect(try files().isEmpty)
      guard case .file(let path, let size) = try await world.store.keep(Data(count: 256 * 1024 + 1)) else {
        Issue.record("it should be a file")
        return
      }
      #expect(size == 256 * 1024 + 1)
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      #expect(attributes[.posixPermissions] as? Int == 0o600)
      #expect(attributes[.size] as? Int == size)
    }
  }

  @Test("a repeated or refused submission leaves no file")
  func submissions() async throws {
    try await withFiles { world, files async throws in
      #expect(try await submitLarge(world, "a") == .accepted(.queued))
      let first = try files()
      #expect(first.count == 1)
      #expect(try await submitLarge(world, "a") == .existing(.queued))
      #expect(try await submitLarge(world, "a", kind: "judged") == .refused(.idTaken))
      let input = try await world.store.keep(Self.large)
      #expect(
        try await world.submit("b", after: ["nobody"]) { $0.input = input }
          == .refused(.unknownDependency(TaskID(trusted: "nobody"))))
      _ = try await world.store.holders()
      #expect(try files() == first)
      #expect(try await world.store.input(of: TaskID(trusted: "a"))?.load() == Self.large)
    }
  }

  @Test("the same payload given twice is not removed under the task that has it")
  func samePayload() async throws {
    try await withFiles { world, files async throws in
      let input = try await world.store.keep(Self.large)
      let task = world.task("a") { $0.input = input }
      #expect(try await world.store.submit([task, task]) == [.accepted(.queued), .existing(.queued)])
      #expect(try await world.store.submit([task]) == [.existing(.queued)])
      _ = try await world.store.holders()
      #expect(try files().count == 1)
    }
  }

  @Test("what a failed submission has written is removed when it is told; what a task has stays")
  func discard() async throws {
    try await withFiles { world, files async throws in
      #expect(try await submitLarge(world, "a") == .accepted(.queued))
      let used = try #require(try await world.store.input(of: TaskID(trusted: "a")))
      let unused = try await world.store.keep(Self.large)
      #expect(try files().count == 2)
      world.store.discard([used, unused, .bytes(Data())])
      _ = try await world.store.holders()
      #expect(try files().count == 1)
      #expect(try used.load() == Self.large)
    }
  }

  @Test("results that are not taken leave no file")
  func results() async throws {
    try await withFiles { world, files async throws in
      try await world.submit("a", kind: "judged")
      try await world.enroll()
      let claimed = try await world.run()
      #expect(try await endLarge(world, claimed.token) == .verifying)
      let first = try files()
      #expect(first.count == 1)
      #expect(try await endLarge(world, claimed.token) == .verifying)
      #expect(try await endLarge(world, claimed.token, Self.large + [1]) == .stale)
      let unknown = Token(epoch: 1, task: 4711, attempt: 1)
      #expect(try await endLarge(world, unknown) == .stale)
      #expect(try files() == first)
      #expect(try await world.judge(claimed.token, valid: true).verdict == .committed)
      #expect(try await endLarge(world, claimed.token) == .committed)
      #expect(try await endLarge(world, claimed.token, Self.large + [1]) == .discarded)
      #expect(try files() == first)
      #expect(try await world.store.result(of: claimed.id)?.load() == Self.large)
    }
  }

  @Test("a result that the verifier refused, or that came too late, leaves no file")
  func refusedResults() async throws {
    try await withFiles { world, files async throws in
      try await world.submit("a", kind: "judged")
      try await world.submit("b", kind: "judged")
      try await world.enroll()
      let claimed = try await world.claim()
      for one in claimed { #expect(try await endLarge(world, one.token) == .verifying) }
      #expect(try files().count == 2)
      try await world.judge(claimed[0].token, valid: false)
      _ = try await world.cancel("b")
      _ = try await world.store.holders()
      #expect(try files().isEmpty)
    }
  }

  @Test("files that no task has are swept at the start; others stay, and so do files of other names")
  func sweep() async throws {
    try await withFolder { folder in
      let first = try World(folder: folder)
      try await first.store.define(KindDefinition.samples)
      #expect(try await submitLarge(first, "a") == .accepted(.queued))
      try await first.submit("b")
      try await first.enroll(slots: 1)
      let a = try await first.run()
      #expect(try await endLarge(first, a.token) == .committed)
      // Kept, but the process died before the task that would have it.
      _ = try await first.store.keep(Self.large)
      await first.store.close()
      let payloads = "\(folder)/payloads"
      try Data().write(to: URL(filePath: "\(payloads)/p-halfwritten"))
      try Data().write(to: URL(filePath: "\(payloads)/notes.txt"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: payloads).count == 5)
      let second = try World(folder: folder, time: first.time)
      #expect(try FileManager.default.contentsOfDirectory(atPath: payloads).count == 3)
      #expect(try await second.store.input(of: a.id)?.load() == Self.large)
      #expect(try await second.store.result(of: a.id)?.load() == Self.large)
      await second.store.close()
    }
  }

  @Test("a payload file that is gone or was cut is told as damage, and hurts its own task only")
  func damaged() async throws {
    try await withFiles { world, files async throws in
      #expect(try await submitLarge(world, "a") == .accepted(.queued))
      let payload = try #require(try await world.store.input(of: TaskID(trusted: "a")))
      guard case .file(let path, _) = payload else {
        Issue.record("it should be a file")
        return
      }
      try Self.large.prefix(1000).write(to: URL(filePath: path))
      #expect(throws: StoreError.self) { try payload.load() }
      try FileManager.default.removeItem(atPath: path)
      let error = #expect(throws: StoreError.self) { try payload.load() }
      #expect(error?.code == .corrupt)
      #expect(error?.message.contains(path) == true)

      try await world.enroll()
      let claimed = try await world.run()
      #expect(try await endLarge(world, claimed.token) == .committed)
      for name in try files() {
        try FileManager.default.removeItem(atPath: (path as NSString).deletingLastPathComponent + "/" + name)
      }
      // The stored bytes cannot be compared any more: not the same, but no reason for the store to stumble.
      #expect(try await endLarge(world, claimed.token) == .discarded)
      #expect(try await world.submit("b") == .accepted(.queued))
      #expect(world.store.statistics().commitFailures == 0)
    }
  }
}
