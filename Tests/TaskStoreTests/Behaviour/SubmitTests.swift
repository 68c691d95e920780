import Foundation
import MusterCore
import TaskModel
import Testing

@testable import TaskStore

@Suite struct SubmitTests {
  @Test("a submitted task can be read back as it was given", arguments: StoreSort.allCases)
  func readBack(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      let deadline = world.time.timestamp() + .seconds(60)
      let outcome = try await world.submit("a", input: "12") {
        $0.needs = Needs(slots: 2, memory: .max, gpus: 3)
        $0.priority = -1000
        $0.labels = ["team": "north"]
        $0.deadline = deadline
        $0.maxAttempts = 7
      }
      #expect(outcome == .accepted(.queued))
      let record = try await world.record("a")
      #expect(record.id.text == "a")
      #expect(record.kind == "plain")
      #expect(record.state == .queued)
      #expect(record.needs == Needs(slots: 2, memory: .max, gpus: 3))
      #expect(record.priority == -1000)
      #expect(record.labels == ["team": "north"])
      #expect(record.deadline == deadline)
      #expect(record.maxAttempts == 7)
      #expect(record.submitted == world.time.timestamp())
      #expect(record.inputSize == 2)
      #expect(record.worker == "" && record.error == "" && record.started == nil && record.finished == nil)
      #expect(try await world.store.input(of: record.id)?.load() == Data("12".utf8))
      #expect(try await world.store.result(of: record.id) == nil)
    }
  }

  @Test("a task is claimed, run and done", arguments: StoreSort.allCases)
  func wholeLife(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a", input: "12")
      try await world.enroll()
      let claimed = try #require(try await world.claim().first)
      #expect(claimed.id.text == "a")
      #expect(claimed.kind == "plain")
      #expect(try claimed.input.load() == Data("12".utf8))
      #expect(!claimed.prefetched)
      #expect(claimed.token.attempt == 1)
      #expect(try await world.state("a") == .running)
      #expect(try await world.record("a").worker == "w")
      #expect(try await world.store.held(by: "w") == [claimed.token])

      try await world.start(claimed.token)
      world.time.advance(by: .seconds(3))
      let outcome = try await world.end(claimed.token, result: "144")
      #expect(outcome == EndOutcome(token: claimed.token, verdict: .committed, kind: "plain"))
      let record = try await world.record("a")
      #expect(record.state == .done)
      #expect(record.resultSize == 3)
      #expect(record.worker == "w")
      #expect(!record.late)
      #expect(try #require(record.finished) - (try #require(record.started)) == .seconds(3))
      #expect(try await world.resultText("a") == "144")
      #expect(try await world.store.held(by: "w").isEmpty)
      #expect(try await world.attempts("a").isEmpty)
      let statistics = world.store.statistics()
      #expect(statistics.submitted == 1 && statistics.claimed == 1 && statistics.done == 1)
    }
  }

  @Test("the same id and identity is one task, in whatever state it is", arguments: StoreSort.allCases)
  func idempotent(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      #expect(try await world.submit("a", input: "x") == .accepted(.queued))
      #expect(try await world.submit("a", input: "x") == .existing(.queued))
      try await world.enroll()
      let claimed = try await world.run()
      #expect(try await world.submit("a", input: "x") == .existing(.running))
      try await world.end(claimed.token)
      #expect(try await world.submit("a", input: "x") == .existing(.done))
      #expect(try await world.store.counts().map(\.count).reduce(0, +) == 1)
      #expect(world.store.statistics().submitted == 1)
    }
  }

  @Test("the same id in one batch twice is one task", arguments: StoreSort.allCases)
  func idempotentInBatch(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      let outcomes = try await world.store.submit([
        world.task("a", input: "x"), world.task("a", input: "x"), world.task("a", input: "y"), world.task("b"),
      ])
      #expect(outcomes == [.accepted(.queued), .existing(.queued), .refused(.idTaken), .accepted(.queued)])
    }
  }

  @Test("the same id with another kind, input, needs or dependencies is refused", arguments: StoreSort.allCases)
  func identityConflict(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("first")
      try await world.submit("a", input: "x")
      #expect(try await world.submit("a", input: "y") == .refused(.idTaken))
      #expect(try await world.submit("a", kind: "judged", input: "x") == .refused(.idTaken))
      #expect(try await world.submit("a", input: "x") { $0.needs = Needs(slots: 2) } == .refused(.idTaken))
      #expect(try await world.submit("a", input: "x", after: ["first"]) == .refused(.idTaken))
      // Priority and labels are no part of what a task is.
      #expect(try await world.submit("a", input: "x") { $0.priority = 5 } == .existing(.queued))
      #expect(try await world.record("a").priority == 0)
    }
  }

  @Test("a kind that nobody has defined is kept, and waits for a worker that serves it", arguments: StoreSort.allCases)
  func unknownKind(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      #expect(try await world.submit("a", kind: "other") == .accepted(.queued))
      try await world.enroll()
      #expect(try await world.claim().isEmpty)
      try await world.enroll(kinds: ["other"])
      #expect(try await world.claim().map(\.id.text) == ["a"])
    }
  }

  @Test("a batch of a thousand is one answer", arguments: StoreSort.allCases)
  func largeBatch(_ sort: StoreSort) async throws {
    try await withStore(sort) { world async throws in
      let tasks = (0..<1000).map { world.task("t\($0)", input: "\($0)") }
      #expect(try await world.store.submit(tasks) == Array(repeating: .accepted(.queued), count: 1000))
      #expect(try await world.store.queuedByKind() == ["plain": 1000])
      #expect(try await world.store.submit(tasks) == Array(repeating: .existing(.queued), count: 1000))
    }
  }

  @Test("an empty batch is answered", arguments: StoreSort.allCases)
  func emptyBatch(_ sort: StoreSort) async throws {
    try await withStore(sort) { world async throws in
      #expect(try await world.store.submit([]).isEmpty)
      #expect(try await world.store.cancel([], reason: "").isEmpty)
      #expect(try await world.store.exchange(Exchange(worker: "nobody", claimLimit: 5)).claimed.isEmpty)
    }
  }
}
