import MusterCore
import TaskModel
import Testing

@testable import TaskStore

@Suite struct CancelRetryTests {
  @Test("cancelling stops what runs and says so", arguments: StoreSort.allCases)
  func cancelRunning(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a")
      try await world.enroll()
      let claimed = try await world.run()
      _ = try await world.signals()
      #expect(try await world.cancel("a", reason: "by anna") == .changed(.cancelled))
      let signals = try await world.signals()
      #expect(signals.flatMap(\.stops) == [StoppedAttempt(worker: "w", token: claimed.token)])
      #expect(signals.flatMap(\.ended).map(\.state) == [.cancelled])
      #expect(try await world.record("a").error == "by anna")
      #expect(try await world.attempts("a").map(\.error) == ["by anna"])
      #expect(try await world.store.held(by: "w").isEmpty)
      #expect(try await world.store.workers().first?.freeSlots == 4)
    }
  }

  @Test("cancel against result: the first commit wins, and cancel says which", arguments: StoreSort.allCases)
  func cancelAgainstResult(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a")
      try await world.enroll()
      let claimed = try await world.run()
      try await world.end(claimed.token, result: "x")
      #expect(try await world.cancel("a") == .unchanged(.done))
      #expect(try await world.resultText("a") == "x")
      #expect(try await world.cancel("nobody") == .unknown)
    }
  }

  @Test("what waits or stands in line is cancelled and never handed out", arguments: StoreSort.allCases)
  func cancelOthers(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a")
      try await world.submit("b", after: ["a"])
      try await world.submit("c")
      let outcomes = try await world.store.cancel(
        ["b", "a", "a", "zz"].map { TaskID(trusted: $0) }, reason: "no")
      #expect(outcomes == [.changed(.cancelled), .changed(.cancelled), .unchanged(.cancelled), .unknown])
      try await world.enroll()
      #expect(try await world.claim().map(\.id.text) == ["c"])
      #expect(try await world.attempts("a").isEmpty)
    }
  }

  @Test("a retry starts a failed or cancelled task anew, with all its attempts", arguments: StoreSort.allCases)
  func retry(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a") { $0.maxAttempts = 1 }
      try await world.enroll()
      let first = try await world.run()
      try await world.end(first.token, .failed, error: "exit 1")
      _ = try await world.signals()
      #expect(try await world.retry("a") == .changed(.queued))
      #expect(try await world.signals().flatMap(\.ready.keys) == ["plain"])
      let record = try await world.record("a")
      #expect(record.state == .queued && record.failures == 0 && record.error == "" && record.finished == nil)
      #expect(try await world.retry("a") == .unchanged(.queued))
      // The old attempt is over; the worker that failed it may try again.
      #expect(try await world.end(first.token, result: "x").verdict == .stale)
      let second = try await world.run()
      #expect(second.token != first.token && second.token.attempt == 2)
      try await world.end(second.token, result: "y")
      #expect(try await world.retry("a") == .unchanged(.done))
      #expect(try await world.retry("nobody") == .unknown)
      #expect(try await world.resultText("a") == "y")
    }
  }

  @Test("a retried task has no deadline any more", arguments: StoreSort.allCases)
  func retryDropsDeadline(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a") { $0.deadline = world.time.timestamp() + .seconds(5) }
      _ = try await world.cancel("a")
      #expect(try await world.retry("a") == .changed(.queued))
      #expect(try await world.record("a").deadline == nil)
      try await world.pass(.seconds(10))
      #expect(try await world.state("a") == .queued)
    }
  }
}
