import MusterCore
import TaskModel
import Testing

@testable import TaskStore

@Suite struct DependencyTests {
  @Test("a task waits until all that it depends on are done", arguments: StoreSort.allCases)
  func release(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a")
      try await world.submit("b")
      #expect(try await world.submit("c", after: ["a", "b"]) == .accepted(.waiting))
      #expect(try await world.details("c").dependsOn.map(\.text) == ["a", "b"])
      try await world.enroll()
      let claimed = try await world.claim()
      #expect(claimed.map(\.id.text) == ["a", "b"])
      try await world.end(claimed[0].token)
      #expect(try await world.state("c") == .waiting)
      _ = try await world.signals()
      try await world.end(claimed[1].token)
      #expect(try await world.state("c") == .queued)
      #expect(try await world.signals().flatMap(\.ready.keys) == ["plain"])
      #expect(try await world.claim().map(\.id.text) == ["c"])
    }
  }

  @Test("a dependency that is done already holds nothing up", arguments: StoreSort.allCases)
  func doneBefore(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a")
      try await world.enroll()
      try await world.end(try await world.run().token)
      #expect(try await world.submit("b", after: ["a"]) == .accepted(.queued))
    }
  }

  @Test("a dependency may be earlier in the same batch, named twice, but not later", arguments: StoreSort.allCases)
  func sameBatch(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      let a = TaskID(trusted: "a")
      let z = TaskID(trusted: "z")
      let outcomes = try await world.store.submit([
        world.task("a"), world.task("b") { $0.dependsOn = [a, a] }, world.task("c") { $0.dependsOn = [z] },
        world.task("z"), world.task("self") { $0.dependsOn = [TaskID(trusted: "self")] },
      ])
      #expect(
        outcomes == [
          .accepted(.queued), .accepted(.waiting), .refused(.unknownDependency(z)), .accepted(.queued),
          .refused(.unknownDependency(TaskID(trusted: "self"))),
        ])
      #expect(try await world.store.record(TaskID(trusted: "c")) == nil)
      try await world.enroll()
      let claimed = try await world.claim()
      try await world.end(try #require(claimed.first { $0.id == a }).token)
      #expect(try await world.state("b") == .queued)
    }
  }

  @Test("a failure fails all that depend on it, and names the cause", arguments: StoreSort.allCases)
  func cascade(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a") { $0.maxAttempts = 1 }
      try await world.submit("b", after: ["a"])
      try await world.submit("c", after: ["b"])
      try await world.enroll()
      let claimed = try await world.run()
      _ = try await world.signals()
      #expect(try await world.end(claimed.token, .failed, error: "exit 3").verdict == .committed)
      #expect(try await world.record("a").error == "exit 3")
      #expect(try await world.record("b").error == "it depends on task 'a', which failed")
      #expect(try await world.record("c").error == "it depends on task 'b', which failed")
      let ended = try await world.endedSignals()
      #expect(ended.map(\.id.text) == ["a", "b", "c"])
      #expect(ended.allSatisfy { $0.state == .failed })
      #expect(world.store.statistics().failed == 3)
    }
  }

  @Test("a cancellation and a deadline fail dependents too", arguments: StoreSort.allCases)
  func otherCauses(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a")
      try await world.submit("b", after: ["a"])
      try await world.submit("c") { $0.deadline = world.time.timestamp() + .seconds(5) }
      try await world.submit("d", after: ["c"])
      #expect(try await world.cancel("a") == .changed(.cancelled))
      #expect(try await world.record("b").error == "it depends on task 'a', which was cancelled")
      #expect(try await world.state("b") == .failed)
      try await world.pass(.seconds(5))
      #expect(try await world.record("c").error == "its deadline passed")
      #expect(try await world.record("d").error == "it depends on task 'c', which failed")
    }
  }

  @Test("a task that depends on a failed one is accepted and failed at once", arguments: StoreSort.allCases)
  func failedBefore(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a")
      _ = try await world.cancel("a")
      _ = try await world.signals()
      #expect(try await world.submit("b", after: ["a"]) == .accepted(.failed))
      #expect(try await world.submit("b", after: ["a"]) == .existing(.failed))
      #expect(try await world.record("b").error == "it depends on task 'a', which was cancelled")
      #expect(try await world.endedSignals().map(\.id.text) == ["b"])
    }
  }

  @Test("retrying the cause queues again those that it failed", arguments: StoreSort.allCases)
  func retryCause(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a") { $0.maxAttempts = 1 }
      try await world.submit("b", after: ["a"])
      try await world.submit("c", after: ["b"])
      try await world.submit("d", after: ["a"])
      _ = try await world.cancel("d")
      try await world.enroll()
      try await world.end(try await world.run().token, .failed, error: "exit 1")
      #expect(try await world.retry("c") == .blocked(by: TaskID(trusted: "b")))
      #expect(try await world.retry("a") == .changed(.queued))
      #expect(try await world.state("b") == .waiting)
      #expect(try await world.state("c") == .waiting)
      // It was cancelled by hand, not failed by its cause.
      #expect(try await world.state("d") == .cancelled)
      #expect(try await world.record("b").error == "")
      for id in ["a", "b", "c"] {
        let claimed = try await world.run()
        #expect(claimed.id.text == id)
        try await world.end(claimed.token)
      }
      #expect(try await world.state("c") == .done)
    }
  }

  @Test("with two failed causes, both must be retried", arguments: StoreSort.allCases)
  func twoCauses(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a")
      try await world.submit("b")
      try await world.submit("c", after: ["a", "b"])
      try await world.submit("d", after: ["c"])
      _ = try await world.cancel("a")
      _ = try await world.cancel("b")
      #expect(try await world.retry("a") == .changed(.queued))
      #expect(try await world.state("c") == .failed)
      #expect(try await world.record("c").error == "it depends on task 'b', which was cancelled")
      #expect(try await world.retry("c") == .blocked(by: TaskID(trusted: "b")))
      #expect(try await world.retry("b") == .changed(.queued))
      #expect(try await world.state("c") == .waiting)
      #expect(try await world.state("d") == .waiting)
      try await world.enroll()
      for claimed in try await world.claim() { try await world.end(claimed.token) }
      #expect(try await world.state("c") == .queued)
    }
  }

  @Test("a chain of 20,000 tasks fails and comes back without harm", arguments: StoreSort.allCases)
  func longChain(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      let count = 20_000
      let tasks = (0..<count).map { number in
        world.task("t\(number)") {
          if number > 0 { $0.dependsOn = [TaskID(trusted: "t\(number - 1)")] }
        }
      }
      _ = try await world.store.submit(tasks)
      #expect(try await world.cancel("t0") == .changed(.cancelled))
      #expect(try await world.state("t\(count - 1)") == .failed)
      #expect(try await world.retry("t0") == .changed(.queued))
      #expect(try await world.state("t\(count - 1)") == .waiting)
    }
  }
}
