import MusterCore
import TaskModel
import Testing

@testable import TaskStore

@Suite struct WhyTests {
  @Test("why names the reason that holds", arguments: StoreSort.allCases)
  func reasons(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a")
      #expect(try await world.why("a") == [.noWorkerServes(kind: "plain")])
      try await world.enroll(slots: 1) { $0.accepting = false }
      #expect(try await world.why("a") == [.noWorkerAccepts(kind: "plain")])
      try await world.store.setAccepting(true, worker: "w")
      #expect(try await world.why("a") == [.inLine(place: 1, busySlots: 0, totalSlots: 1)])

      try await world.submit("large") { $0.needs = Needs(slots: 64, memory: 1 << 40) }
      #expect(
        try await world.why("large") == [
          .needsMore(
            needs: Needs(slots: 64, memory: 1 << 40), largest: Needs(slots: 1, memory: 1 << 30, gpus: 1))
        ])

      let claimed = try #require(try await world.claim().first)
      let since = world.time.moment()
      #expect(try await world.why("a") == [.runs(worker: "w", started: false, since: since)])
      try await world.start(claimed.token)
      world.time.advance(by: .seconds(2))
      #expect(try await world.why("a") == [.runs(worker: "w", started: true, since: since)])

      for id in ["b", "c"] { try await world.submit(id) }
      #expect(try await world.why("c") == [.inLine(place: 3, busySlots: 1, totalSlots: 1)])
      try await world.submit("d", after: ["a", "b"])
      guard case .waitsFor(let tasks)? = try await world.why("d").first else {
        Issue.record("it should wait for two tasks")
        return
      }
      #expect(try await world.store.ids(of: tasks).values.map(\.text).sorted() == ["a", "b"])

      try await world.end(claimed.token, .failed)
      world.time.advance(by: .milliseconds(400))
      #expect(try await world.why("a") == [.backoff(left: .milliseconds(600), failures: 1, maxAttempts: 3)])
      #expect(try await world.why("nobody").isEmpty)
      _ = try await world.cancel("a")
      #expect(try await world.why("a").isEmpty)
    }
  }

  @Test("why says that a result is being verified", arguments: StoreSort.allCases)
  func verifying(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a", kind: "judged")
      try await world.enroll()
      let claimed = try await world.run()
      world.time.advance(by: .seconds(1))
      try await world.end(claimed.token, result: "x")
      #expect(try await world.why("a") == [.verifies(since: world.time.moment())])
    }
  }

  @Test("why says that a task is too large for the original protocol", arguments: StoreSort.allCases)
  func oversize(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a") { $0.oversize = true }
      try await world.enroll { $0.refusesOversize = true }
      #expect(try await world.claim().isEmpty)
      #expect(try await world.why("a") == [.tooLargeForOriginal])
      try await world.enroll("v")
      #expect(try await world.claim("v").count == 1)
    }
  }
}
