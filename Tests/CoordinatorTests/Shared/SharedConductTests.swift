import CoordinatorAPI
import Foundation
import MusterCore
import Testing

@testable import Coordinator
@testable import TaskModel

@Suite("Who is set aside, over two coordinators", .timeLimit(.minutes(3)))
struct SharedConductTests {
  private static let kinds = [Verifiers.kind(), KindDefinition(name: "work")]

  /// A worker at `fixture` that has handed in two invalid results.
  private func cheat(at fixture: Fixture) async throws -> HandWorker {
    var hello = Fixture.hello("cheat", kinds: ["proof", "work"], session: 1)
    hello.slots = 1
    let cheat = try await fixture.connect(hello)
    for id in ["a", "b"] {
      try await fixture.submit("proof", id: id)
      try await cheat.end(cheat.assignment(), result: "bad")
      try await fixture.waitFor(.waiting, id)
    }
    try await eventually("it is set aside") { !fixture.context.conduct.entries(for: "cheat").isEmpty }
    return cheat
  }

  private func setAside(_ fixture: Fixture) async throws -> [String] {
    try await fixture.api.listWorkers(.init()).workers.first { $0.name == "cheat" }?.setAside.map(\.kind) ?? []
  }

  @Test("A worker that was set aside at one coordinator is so at the other; the ten minutes and the trial go on there")
  func follows() async throws {
    try await withTwoCoordinators(kinds: Self.kinds) { a, b, shared in
      _ = try await cheat(at: a)
      let record = try #require(try await shared.side(3).setAsideRecords(of: nil).first)
      #expect(record.worker == "cheat" && record.kind == "proof" && record.rule == .nothing)
      #expect(record.reason == "2 of its results for kind 'proof' were invalid")
      let left = record.until - a.time.timestamp()
      #expect(left > .seconds(595) && left <= .seconds(600))
      try await a.pass(.seconds(300))
      // Its session has ended long ago; it comes back to the other coordinator.
      let back = try await b.connect(Fixture.hello("cheat", kinds: ["proof", "work"], session: 2))
      for fixture in [a, b] { #expect(try await setAside(fixture) == ["proof"]) }
      #expect(try await b.why("a").hasPrefix("set_aside: "))
      try await b.submit("work", id: "w")
      #expect(try await back.end(back.assignment()) == .committed)
      try await a.pass(.seconds(290), heartbeatsOf: [back])
      #expect(!back.hasMore)
      try await a.pass(.seconds(15), heartbeatsOf: [back])
      // Its trial, at the other one.
      let trial = try await back.assignment()
      #expect(trial.kind == "proof")
      try await back.end(trial, result: "good")
      try await b.waitFor(.done, trial.taskID)
      try await eventually("it is taken back") { try await setAside(b).isEmpty }
      try await a.pass(.seconds(2), heartbeatsOf: [back])
      #expect(a.context.conduct.entries(for: "cheat").isEmpty)
      #expect(try await back.assignment().kind == "proof")
    }
  }

  @Test("A trial that fails at one coordinator begins another ten minutes at both")
  func trialFails() async throws {
    try await withTwoCoordinators(kinds: Self.kinds) { a, b, _ in
      let worker = try await cheat(at: a)
      try await a.pass(.seconds(610), heartbeatsOf: [worker])
      #expect(b.context.conduct.entries(for: "cheat").map(\.trial) == [true])
      let trial = try await worker.assignment()
      try await worker.end(trial, result: "bad")
      try await eventually("set aside anew") { a.context.conduct.entries(for: "cheat").map(\.trial) == [false] }
      try await a.pass(.seconds(2), heartbeatsOf: [worker])
      #expect(b.context.conduct.entries(for: "cheat").map(\.trial) == [false])
      try await a.pass(.seconds(60), heartbeatsOf: [worker])
      #expect(!worker.hasMore)
    }
  }

  @Test("'worker resume' through either takes the worker back at both")
  func resume() async throws {
    try await withTwoCoordinators(kinds: Self.kinds) { a, b, shared in
      let worker = try await cheat(at: a)
      try await a.pass(.seconds(2), heartbeatsOf: [worker])
      #expect(b.context.conduct.entries(for: "cheat").count == 1)
      #expect(try await b.api.resumeWorker(.with { $0.name = "cheat" }).setAside.isEmpty)
      try await eventually("it is taken back") { a.context.conduct.entries(for: "cheat").isEmpty }
      try await a.pass(.seconds(2), heartbeatsOf: [worker])
      #expect(try await shared.side(3).setAsideRecords(of: nil).isEmpty)
      #expect(b.context.conduct.entries(for: "cheat").isEmpty)
      #expect(try await worker.assignment().kind == "proof")
    }
  }

  @Test("What was found out while the store was away is remembered afterwards, and not mistaken for another's pardon")
  func toldLater() async throws {
    try await withTwoCoordinators { a, b, shared in
      let worker = try await a.worker("w")
      a.store.fail(true)
      for task in 1...2 as ClosedRange<Int64> {
        await a.context.conduct.record(worker: "w", kind: "work", task: task, valid: false)
      }
      try await a.pass(.seconds(3), heartbeatsOf: [worker])
      #expect(a.context.conduct.entries(for: "w").count == 1)
      a.store.fail(false)
      try await a.pass(.seconds(3), heartbeatsOf: [worker])
      #expect(a.context.conduct.entries(for: "w").count == 1)
      #expect(try await shared.side(3).setAsideRecords(of: "w").count == 1)
      #expect(b.context.conduct.entries(for: "w").count == 1)
    }
  }

  @Test("Who grants a trial late does not overwrite what the trial has come to elsewhere")
  func lateTrial() async throws {
    try await withTwoCoordinators { a, b, shared in
      for task in 1...2 as ClosedRange<Int64> {
        await a.context.conduct.record(worker: "w", kind: "work", task: task, valid: false)
      }
      let table = shared.side(3)
      var record = try #require(try await table.setAsideRecords(of: "w").first)
      record.until = record.until + .seconds(600)
      try await table.remember(record, worker: "w", kind: "work")
      // Not yet seen here when the first ten minutes are over.
      let pair = Conduct.Pair(worker: "w", kind: "work")
      let entry = BlameLedger.Entry(
        kind: "work", reason: "old", until: a.time.moment() + .seconds(600), trial: true)
      try await a.context.conduct.remember(entry, pair, in: try #require(a.store.sharing))
      #expect(try await table.setAsideRecords(of: "w") == [record])
      _ = b
    }
  }
}
