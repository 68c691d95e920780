import CoordinatorAPI
import GRPCCore
import MusterCore
import Testing

@testable import Coordinator

@Suite("What a coordinator tells autoscalers", .timeLimit(.minutes(1)))
struct QueueTests {
  @Test("Kinds with work, what each task in hand has run for, and who has it")
  func told() async throws {
    try await withCoordinator { fixture in
      let before = try await fixture.api.getQueue(.init())
      #expect(before.kinds.isEmpty && before.workers.isEmpty)
      let worker = try await fixture.worker("w")
      let idle = try await fixture.worker("idle", kinds: ["other"])
      for number in 0..<3 { try await fixture.submit("work", id: "t\(number)") }
      let assignment = try await worker.assignment()
      worker.send { $0.started = [assignment.attempt(started: true)] }
      try await eventually("it has started") {
        try await fixture.api.getQueue(.init()).kinds.first?.heldMilliseconds.contains { $0 > 0 } == true
      }
      try await fixture.pass(.seconds(7), heartbeatsOf: [worker, idle])
      let queue = try await fixture.api.getQueue(.init())
      let kind = try #require(queue.kinds.first)
      #expect(queue.kinds.count == 1 && kind.name == "work" && kind.slots == 1 && kind.measured == 0)
      #expect(Int(kind.queued) + kind.heldMilliseconds.count == 3)
      #expect(kind.heldMilliseconds.max().map { $0 >= 7000 } == true)
      let names = Dictionary(uniqueKeysWithValues: queue.workers.map { ($0.name, $0) })
      #expect(names["w"].map { Int($0.tasks) } == kind.heldMilliseconds.count && names["idle"]?.tasks == 0)
      #expect(!queue.workers.contains { $0.draining })

      _ = try await fixture.api.drainWorker(.with { $0.name = "w" })
      let after = try await fixture.api.getQueue(.init())
      #expect(after.workers.first { $0.name == "w" }?.draining == true)
    }
  }

  @Test("The mean of what has ended is told, and how many that are")
  func measured() async throws {
    try await withCoordinator { fixture in
      let worker = try await fixture.worker("w")
      for number in 0..<2 {
        try await fixture.submit("work", id: "t\(number)")
        let assignment = try await worker.assignment()
        _ = try await worker.end(assignment, .done, result: "r") {
          $0.runNanoseconds = UInt64(number * 2 + 1) * 1_000_000_000
        }
      }
      try await fixture.submit("work", id: "last")
      let kind = try #require(try await fixture.api.getQueue(.init()).kinds.first)
      #expect(kind.measured == 2 && kind.meanRunNanoseconds == 2_000_000_000)
    }
  }

  @Test("While the store is away nothing is told: no queue is not an empty one")
  func outage() async throws {
    try await withCoordinator { fixture in
      fixture.store.say(outage: "the database does not answer")
      let refused = await #expect(throws: RPCError.self) { try await fixture.api.getQueue(.init()) }
      #expect(refused?.code == .unavailable && refused?.message == "the database does not answer")
      fixture.store.say(outage: nil)
      fixture.store.fail(true)
      await #expect(throws: RPCError.self) { try await fixture.api.getQueue(.init()) }
      fixture.store.fail(false)
    }
  }
}
