import CoordinatorAPI
import Foundation
import GRPCCore
import MusterCore
import Synchronization
import Testing

@testable import Worker

@Suite("Going to another coordinator", .timeLimit(.minutes(1)))
struct MovingServiceTests {
  private let worker = WorkerServiceTests()

  @Test("let go, and the address leads to the same store: what runs goes along, and nothing is lost")
  func sameStore() async throws {
    let runner = HeldRunner()
    let log = LogRecord()
    try await worker.withWorker(runner: runner, log: log) { coordinator, worker in
      coordinator.say(store: "a")
      let first = try await coordinator.connection()
      first.welcome { $0.storeID = "a" }
      first.send { $0.assignments = [.test(1)] }
      _ = await runner.next()
      first.send { $0.move = true }
      while let frame = await first.next() { #expect(!frame.draining && frame.ends.isEmpty) }
      let second = try await coordinator.connection()
      #expect(second.hello.attempts.map(\.number) == [1] && second.hello.generation == 2)
      second.welcome { $0.storeID = "a" }
      runner.end("t1")
      second.answer(try await second.ends(1))
      worker.drain()
    }
    #expect(!log.lines.contains { $0.hasPrefix("warning") }, "\(log.lines)")
    #expect(log.lines.contains { $0.hasSuffix("lets this worker go; what runs goes along.") })
  }

  @Test("let go, and the address leads to another store: what runs is finished and reported first")
  func otherStore() async throws {
    let runner = HeldRunner()
    try await worker.withWorker(runner: runner) { coordinator, worker in
      coordinator.say(store: "b")
      let first = try await coordinator.connection()
      first.welcome { $0.storeID = "a" }
      first.send { $0.assignments = [.test(1)] }
      _ = await runner.next()
      first.send { $0.move = true }
      _ = try await first.next { $0.draining }
      runner.end("t1", AttemptResult(outcome: .done, result: Data("out".utf8)))
      let ends = try await first.ends(1)
      #expect(ends.first?.result == Data("out".utf8))
      first.answer(ends)
      #expect(await first.next() == nil)
      let second = try await coordinator.connection()
      #expect(second.hello.attempts.isEmpty)
      second.welcome { $0.storeID = "b" }
      second.send { $0.assignments = [.test(2)] }
      _ = await runner.next()
      runner.end("t2")
      second.answer(try await second.ends(1))
      worker.drain()
    }
  }

  @Test("let go before the address leads elsewhere: it looks again, and does not bring what it runs to another store")
  func tooEarly() async throws {
    let runner = HeldRunner()
    try await worker.withWorker(runner: runner) { coordinator, worker in
      coordinator.say(store: "a", started: 7)
      let first = try await coordinator.connection()
      first.welcome { $0.storeID = "a" }
      first.send { $0.assignments = [.test(1)] }
      _ = await runner.next()
      first.send { $0.move = true }
      // Over the connection that is there, and twice where the address leads.
      await coordinator.asked(3)
      coordinator.say(store: "b", started: 8)
      _ = try await first.next { $0.draining }
      runner.end("t1")
      first.answer(try await first.ends(1))
      #expect(await first.next() == nil)
      let second = try await coordinator.connection()
      #expect(second.hello.attempts.isEmpty)
      second.welcome { $0.storeID = "b" }
      worker.drain()
    }
  }

  @Test(
    "let go, and nobody answers there: it stays, says so, looks with the certificate of the day, and goes when somebody does"
  )
  func nobody() async throws {
    let runner = HeldRunner()
    let log = LogRecord()
    let board = ReadinessBoard(process: 7)
    let asked = Mutex(0)
    let change: (inout WorkerConfiguration) -> Void = { configuration in
      configuration.security = { _ in
        asked.withLock { $0 += 1 }
        return .plaintext
      }
    }
    try await worker.withWorker(runner: runner, log: log, readiness: board, change: change) { coordinator, worker in
      let first = try await coordinator.connection()
      first.welcome { $0.storeID = "a" }
      first.send { batch in
        batch.assignments = [.test(1)]
        batch.move = true
      }
      _ = await runner.next()
      await coordinator.asked(3)
      // For the connection, and for each look.
      #expect(asked.withLock { $0 } >= 3)
      #expect(board.record.state == .moving && board.record.failure == "starting")
      runner.end("t1")
      first.answer(try await first.ends(1))
      coordinator.say(store: "a")
      #expect(await first.next() == nil)
      let second = try await coordinator.connection()
      second.welcome { $0.storeID = "a" }
      while board.record.state != .connected { try await Task.sleep(for: .milliseconds(1)) }
      #expect(board.record.failure == nil)
      worker.drain()
    }
    let warnings = log.lines.filter { $0.hasPrefix("warning") }
    #expect(warnings.count == 1 && warnings.first?.contains("nobody takes it now (starting)") == true, "\(warnings)")
  }

  @Test("after a break the coordinator is another store's: what ran is stopped, told to nobody, and said in a sentence")
  func brokenOff() async throws {
    let runner = HeldRunner()
    let log = LogRecord()
    try await worker.withWorker(runner: runner, log: log) { coordinator, worker in
      let first = try await coordinator.connection()
      first.welcome { $0.storeID = "a" }
      first.send { $0.assignments = [.test(1), .test(2)] }
      _ = await runner.next()
      _ = await runner.next()
      runner.end("t1", AttemptResult(outcome: .done, result: Data("secret".utf8)))
      _ = try await first.ends(1)
      first.fail(.unavailable, "gone")
      let second = try await coordinator.connection()
      second.welcome {
        $0.storeID = "b"
        $0.stale = second.hello.attempts
      }
      while !runner.running.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
      // Answered in its turn: whatever came before would have come by now.
      second.send { $0.assignments = [.test(9) { $0.kind = "none" }] }
      let frame = try await second.next { !$0.ends.isEmpty }
      #expect(frame.ends.map(\.number) == [9])
      second.answer(frame.ends)
      worker.drain()
    }
    let said = log.lines.filter { $0.contains("over another store (b)") }
    #expect(said.count == 1 && said.first?.contains("1 stopped, 1 ended and not reported") == true, "\(log.lines)")
  }
}
