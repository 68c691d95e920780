import CoordinatorAPI
import GRPCCore
import MusterCore
import Testing

@testable import Coordinator

@Suite("Letting workers go", .timeLimit(.minutes(2)))
struct ReleaseTests {
  private func hello(_ name: String, generation: UInt64 = 1, holds: [Muster_V1_AttemptRef] = [])
    -> Muster_V1_WorkerHello
  {
    var hello = Fixture.hello(name, session: 1, generation: generation)
    hello.moves = true
    hello.attempts = holds
    return hello
  }

  private func release(_ fixture: Fixture, _ names: String..., all: Bool = false) async throws
    -> [Muster_V1_ReleaseAnswer]
  {
    try await fixture.api.releaseWorkers(
      .with {
        $0.names = names
        $0.all = all
      }
    ).answers
  }

  private func whileTimePasses<Answer: Sendable>(
    _ fixture: Fixture, _ workers: [HandWorker], _ call: @escaping @Sendable () async throws -> Answer
  ) async throws -> Answer {
    let isOver = Guarded(false)
    let task = Task {
      defer { isOver.change { $0 = true } }
      return try await call()
    }
    while !isOver.value { try await fixture.pass(.milliseconds(100), heartbeatsOf: workers) }
    return try await task.value
  }

  @Test("A worker that knows the request is asked once, gets nothing more there, and goes on where it comes back")
  func asked() async throws {
    try await withCoordinator { fixture in
      let first = try await fixture.connect(hello("w"))
      try await fixture.submit("work", id: "t")
      let task = try await first.assignment()
      first.start(task)
      let answers = try await release(fixture, "w")
      #expect(answers.map(\.name) == ["w"] && answers.map(\.release) == [.asked] && !answers[0].hasProblem)
      try await first.moves()
      // It would have room for this one.
      #expect(try await first.end(task, result: "r") == .committed)
      try await fixture.submit("work", id: "next")
      try await fixture.pass(.milliseconds(600), heartbeatsOf: [first])
      #expect(!first.hasMore)
      try await first.leave()
      let second = try await fixture.connect(hello("w", generation: 2))
      #expect(try await second.assignment().taskID == "next")
    }
  }

  @Test("What it runs goes along: the attempt is its own on the next stream, and no attempt is used up")
  func goesAlong() async throws {
    try await withCoordinator { fixture in
      let first = try await fixture.connect(hello("w"))
      try await fixture.submit("work", id: "t")
      let task = try await first.assignment()
      first.start(task)
      _ = try await release(fixture, all: true)
      try await first.moves()
      try await first.leave()
      let second = try await fixture.connect(hello("w", generation: 2, holds: [task.attempt(started: true)]))
      #expect(second.welcome.stale.isEmpty && second.welcome.storeID == first.welcome.storeID)
      #expect(try await second.end(task, result: "r") == .committed)
      #expect(try await fixture.detail("t").summary.attempts == 1)
    }
  }

  @Test(
    "Told to drain in the moment in which it moves, it has said no goodbye: what it runs stays its own, and it is told anew"
  )
  func drainInTheMiddle() async throws {
    try await withCoordinator { fixture in
      let first = try await fixture.connect(hello("w"))
      try await fixture.submit("work", id: "t")
      let task = try await first.assignment()
      first.start(task)
      _ = try await release(fixture, "w")
      try await first.moves()
      #expect(try await fixture.api.drainWorker(.with { $0.name = "w" }).state == "draining")
      // It closes its side before it has read the order.
      try await first.leave()
      let second = try await fixture.connect(hello("w", generation: 2, holds: [task.attempt(started: true)]))
      #expect(second.welcome.stale.isEmpty)
      try await second.drains()
      #expect(try await second.end(task, result: "r") == .committed)
      try await fixture.submit("work", id: "next")
      try await fixture.pass(.milliseconds(600), heartbeatsOf: [second])
      #expect(!second.hasMore)
      #expect(try await fixture.detail("t").summary.attempts == 1)
    }
  }

  @Test("Also one that says that it leaves keeps what it runs, if it was let go")
  func leavingWithWork() async throws {
    try await withCoordinator { fixture in
      let first = try await fixture.connect(hello("w"))
      try await fixture.submit("work", id: "t")
      let task = try await first.assignment()
      first.start(task)
      _ = try await release(fixture, "w")
      try await first.moves()
      first.send { $0.draining = true }
      try await first.leave()
      let second = try await fixture.connect(hello("w", generation: 2, holds: [task.attempt(started: true)]))
      #expect(second.welcome.stale.isEmpty)
      #expect(try await second.end(task, result: "r") == .committed)
    }
  }

  @Test("A drain that a worker did not hear of before it went to another coordinator over the same store follows it")
  func drainFollows() async throws {
    try await withTwoCoordinators { a, b, _ in
      let first = try await a.connect(hello("w"))
      try await a.submit("work", id: "t")
      let task = try await first.assignment()
      first.start(task)
      _ = try await release(a, "w")
      try await first.moves()
      _ = try await a.api.drainWorker(.with { $0.name = "w" })
      try await first.leave()
      let second = try await b.connect(hello("w", generation: 2, holds: [task.attempt(started: true)]))
      #expect(second.welcome.stale.isEmpty)
      try await a.pass(.seconds(1), heartbeatsOf: [second])
      try await second.drains()
      #expect(try await second.end(task, result: "r") == .committed)
    }
  }

  @Test("Of one that does not know the request the stream is closed; it comes back by itself")
  func closed() async throws {
    try await withCoordinator { fixture in
      let worker = try await fixture.worker("old")
      #expect(try await release(fixture, "old").map(\.release) == [.closed])
      let ending = await worker.ending()
      let sentence = await refusal(.unavailable) { try ending.get() }
      #expect(sentence.contains("connect again"))
    }
  }

  @Test("Names that nobody has are answered one by one; all means all that are connected here")
  func names() async throws {
    try await withCoordinator { fixture in
      #expect(try await release(fixture, all: true).isEmpty)
      _ = try await fixture.connect(hello("a"))
      _ = try await fixture.connect(hello("b"))
      let answers = try await release(fixture, "zzz", "b", all: true)
      #expect(answers.map(\.name) == ["zzz", "b", "a"])
      #expect(answers.map(\.hasProblem) == [true, false, false])
      #expect(answers[0].problem.code == "no_worker")
      let many = await refusal(.invalidArgument) {
        _ = try await fixture.api.releaseWorkers(.with { $0.names = Array(repeating: "w", count: 10_001) })
      }
      #expect(many.contains("send several"))
    }
  }

  @Test("Through another coordinator over the same store it reaches the one that has the worker")
  func passedOn() async throws {
    try await withTwoCoordinators { a, b, _ in
      let worker = try await a.connect(hello("w"))
      try await a.submit("work", id: "t")
      let task = try await worker.assignment()
      let answers = try await whileTimePasses(a, [worker]) { try await release(b, "w") }
      #expect(answers.map(\.release) == [.passedOn])
      try await worker.moves()
      try await worker.leave()
      // Its address led to b: what it runs is its own there, too.
      let there = try await b.connect(hello("w", generation: 2, holds: [task.attempt(started: true)]))
      #expect(there.welcome.stale.isEmpty && there.welcome.storeID == worker.welcome.storeID)
      #expect(try await there.end(task, result: "r") == .committed)
      #expect(try await release(b, all: true).map(\.release) == [.asked])
      try await there.moves()
    }
  }

  @Test("A coordinator of an earlier version, which drops what it does not know, is not said to have passed it on")
  func dropped() async throws {
    try await withTwoCoordinators { a, b, shared in
      let worker = try await a.connect(hello("w"))
      shared.side(of: 1)?.forgetErrands()
      let answers = try await whileTimePasses(a, [worker]) { try await release(b, "w") }
      let answer = try #require(answers.first)
      #expect(answer.release == .unspecified && answer.problem.code == "not_released")
      #expect(
        answer.problem.message.contains("connected to the coordinator at c1:50055 (muster test), which was asked"))
    }
  }

  @Test("Many are asked a few at a time, within a bound; few at once")
  func pace() {
    func pauses(_ count: Int) -> [Duration] {
      var pace = ReleasePace(count: count)
      return (1..<count).compactMap { _ in pace.pauseAfterOne() }
    }
    #expect(pauses(32).isEmpty)
    #expect(pauses(33) == [.milliseconds(64)])
    #expect(pauses(1000).count == 31 && pauses(1000).reduce(.zero, +) == .milliseconds(1984))
    #expect(pauses(10_000).reduce(.zero, +) <= ReleasePace.longest)
  }

  @Test("The welcome and the status name the store, and two stores are not one")
  func storeID() async throws {
    try await withCoordinator { one in
      let worker = try await one.connect(hello("w"))
      let status = try await one.api.getStatus(.init())
      #expect(status.storeID == worker.welcome.storeID && !status.storeID.isEmpty)
      try await withCoordinator { other in
        let second = try await other.api.getStatus(.init())
        #expect(second.storeID != status.storeID)
      }
    }
  }
}
