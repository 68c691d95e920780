import MusterCore
import TaskModel
import Testing

@testable import TaskStore

@Suite struct TimeTests {
  @Test("a deadline fails what has not started and cancels what runs", arguments: StoreSort.allCases)
  func deadlines(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      let deadline = world.time.timestamp() + .seconds(5)
      try await world.submit("runs") { $0.deadline = deadline }
      try await world.submit("other")
      try await world.enroll(slots: 1)
      let claimed = try await world.run()
      #expect(claimed.id.text == "runs")
      try await world.submit("queued") { $0.deadline = deadline }
      try await world.submit("waiting", after: ["other"]) { $0.deadline = deadline }
      try await world.pass(.milliseconds(4999))
      #expect(try await world.state("runs") == .running)
      #expect(try await world.state("queued") == .queued)
      _ = try await world.signals()
      try await world.pass(.milliseconds(1))
      #expect(try await world.state("runs") == .cancelled)
      #expect(try await world.state("queued") == .failed)
      #expect(try await world.state("waiting") == .failed)
      #expect(try await world.state("other") == .queued)
      for id in ["runs", "queued", "waiting"] { #expect(try await world.record(id).error == "its deadline passed") }
      let signals = try await world.signals()
      #expect(signals.flatMap(\.stops) == [StoppedAttempt(worker: "w", token: claimed.token)])
      #expect(signals.flatMap(\.ended).count == 3)
      #expect(try await world.attempts("runs").map(\.outcome) == ["deadline"])
      #expect(try await world.end(claimed.token, result: "x").verdict == .discarded)
    }
  }

  @Test("a task that was handed out but has not started is failed by its deadline", arguments: StoreSort.allCases)
  func deadlineBeforeStart(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a") { $0.deadline = world.time.timestamp() + .seconds(5) }
      try await world.enroll()
      let claimed = try #require(try await world.claim().first)
      try await world.pass(.seconds(5))
      #expect(try await world.state("a") == .failed)
      #expect(try await world.stopSignals() == [StoppedAttempt(worker: "w", token: claimed.token)])
      #expect(try await world.end(claimed.token, result: "x").verdict == .discarded)
    }
  }

  @Test("a task that waits for its backoff is failed by its deadline", arguments: StoreSort.allCases)
  func deadlineInBackoff(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a") { $0.deadline = world.time.timestamp() + .milliseconds(500) }
      try await world.enroll()
      try await world.end(try await world.run().token, .failed)
      try await world.pass(.milliseconds(500))
      #expect(try await world.state("a") == .failed)
      try await world.pass(.seconds(5))
      #expect(try await world.claim().isEmpty)
    }
  }

  @Test("the backoff grows and has a limit", arguments: StoreSort.allCases)
  func backoff(_ sort: StoreSort) async throws {
    let kind = KindDefinition(
      name: "plain", backoff: Backoff(initial: .milliseconds(100), factor: 3, limit: .seconds(1)))
    try await withStore(sort, kinds: [kind]) { world in
      try await world.submit("a") { $0.maxAttempts = 10 }
      try await world.enroll()
      for wait in [100, 300, 900, 1000, 1000] {
        try await world.end(try await world.run().token, .failed)
        let due = try #require(try await world.record("a").notBefore)
        #expect(due - world.time.timestamp() == .milliseconds(wait))
        try await world.pass(.milliseconds(wait - 1))
        #expect(try await world.claim().isEmpty)
        try await world.pass(.milliseconds(1))
      }
    }
  }

  @Test("a tick with nothing due does nothing", arguments: StoreSort.allCases)
  func idleTick(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a")
      _ = try await world.signals()
      let commands = world.store.statistics().commands
      for _ in 0..<10 { try await world.pass(.seconds(100)) }
      #expect(world.store.statistics().commands == commands)
    }
  }
}
