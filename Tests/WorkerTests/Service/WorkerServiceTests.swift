import CoordinatorAPI
import Foundation
import GRPCCore
import Logging
import MusterCore
import TaskModel
import Testing

@testable import Worker

@Suite("The worker's service", .timeLimit(.minutes(1)))
struct WorkerServiceTests {
  /// A worker against a stand-in, both running while `body` does. Ends with the worker's own end.
  func withWorker(
    runner: any TaskRunner, log: LogRecord = LogRecord(), readiness: ReadinessBoard? = nil,
    change: (inout WorkerConfiguration) -> Void = { _ in },
    _ body: (StandInCoordinator, WorkerService) async throws -> Void
  ) async throws {
    let coordinator = StandInCoordinator()
    try await withServer(coordinator) { address in
      var configuration = WorkerConfiguration(name: "w", addresses: [address], kinds: [.sample], slots: 2)
      change(&configuration)
      let worker = try WorkerService(
        configuration: configuration, runner: runner, logger: log.logger, readiness: readiness)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await worker.run() }
        try await body(coordinator, worker)
        try await group.waitForAll()
      }
    }
  }

  @Test("greets, works, answers, drains and leaves")
  func wholeLife() async throws {
    let runner = HeldRunner()
    let log = LogRecord()
    try await withWorker(runner: runner, log: log) { coordinator, worker in
      let connection = try await coordinator.connection()
      #expect(connection.hello.name == "w" && connection.hello.kinds == ["k"] && connection.hello.generation == 1)
      connection.welcome()
      let first = try #require(await connection.next())
      #expect(first.prefetch == 1024)
      connection.send { $0.assignments = [.test(1) { $0.input = Data("in".utf8) }, .test(2)] }
      _ = await runner.next()
      _ = await runner.next()
      let started = try await connection.next { !$0.started.isEmpty }
      #expect(started.started.filter(\.started).count == started.started.count)
      #expect(runner.request("t1")?.input == Data("in".utf8))
      #expect(worker.snapshot.running == 2 && worker.snapshot.coordinator != nil)
      runner.log("t1", "hello")
      let text = try await connection.next { !$0.logs.isEmpty }
      #expect(text.logs.first?.text == Data("hello".utf8))
      runner.end("t1", AttemptResult(outcome: .done, result: Data("out".utf8)))
      let end = try #require(try await connection.ends(1).first)
      #expect(end.result == Data("out".utf8) && end.outcome == .done)
      connection.answer([end])
      worker.drain()
      _ = try await connection.next { $0.draining }
      runner.end("t2")
      connection.answer(try await connection.ends(1))
      #expect(await connection.next() == nil)
    }
    #expect(
      log.lines.map { $0.replacing(/:\d+/, with: ":PORT") } == [
        "info Worker w serves the coordinator at 127.0.0.1:PORT with 2 slots.",
        "info Leaving: finishing 1 running attempts, for at most 300.0 seconds.", "info Worker w has left.",
      ])
  }

  @Test("thousands of attempts that take no time are answered in few frames")
  func noops() async throws {
    try await withWorker(runner: NoopRunner()) { coordinator, worker in
      let connection = try await coordinator.connection()
      connection.welcome()
      connection.send { $0.assignments = (1...3000).map { .test(UInt64($0)) } }
      var frames = 0
      var ends: [Muster_V1_AttemptEnd] = []
      while ends.count < 3000 {
        let frame = try await connection.next { !$0.ends.isEmpty }
        #expect(frame.started.isEmpty)
        frames += 1
        ends += frame.ends
      }
      #expect(frames < 20)
      #expect(ends.map(\.number) == (1...3000).map(UInt64.init))
      connection.answer(ends)
      worker.drain()
    }
  }

  @Test("a large input and a large result travel in pieces")
  func largePayloads() async throws {
    let runner = HeldRunner()
    let payload = Data((0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
    try await withWorker(runner: runner) { coordinator, worker in
      let connection = try await coordinator.connection()
      connection.welcome()
      connection.send { $0.assignments = [.test(1) { $0.inputSize = 200_000 }] }
      for start in stride(from: 0, to: 200_000, by: 65536) {
        connection.send { batch in
          batch.chunks = [
            .with {
              $0.epoch = 1
              $0.number = 1
              $0.data = payload[start..<min(start + 65536, 200_000)]
              $0.last = start + 65536 >= 200_000
            }
          ]
        }
      }
      _ = await runner.next()
      #expect(runner.request("t1")?.input == payload)
      runner.end("t1", AttemptResult(outcome: .done, result: payload))
      var received = Data()
      while let frame = await connection.next() {
        for chunk in frame.chunks {
          #expect(chunk.data.count <= 65536)
          received += chunk.data
        }
        if let end = frame.ends.first {
          #expect(end.resultSize == 200_000 && end.result.isEmpty)
          connection.answer([end])
          break
        }
      }
      #expect(received == payload)
      worker.drain()
    }
  }

  @Test("attempts go on through an outage, which is told once, and their ends are delivered on the next connection")
  func reconnection() async throws {
    let runner = HeldRunner()
    let log = LogRecord()
    try await withWorker(runner: runner, log: log) { coordinator, worker in
      let first = try await coordinator.connection()
      first.welcome()
      first.send { $0.assignments = [.test(1), .test(2)] }
      _ = await runner.next()
      _ = await runner.next()
      runner.end("t1")
      _ = try await first.ends(1)
      first.fail(.unavailable, "restarting")
      // Refused for now: neither final nor told again.
      try await coordinator.connection().fail(.unavailable, "not yet")
      runner.end("t2")
      let second = try await coordinator.connection()
      #expect(second.hello.session == first.hello.session)
      #expect(second.hello.generation == 3)
      #expect(second.hello.attempts.map(\.number) == [1, 2])
      second.welcome()
      let ends = try await second.ends(2)
      #expect(ends.map(\.number) == [1, 2])
      second.answer(ends)
      worker.drain()
    }
    let warnings = log.lines.filter { $0.hasPrefix("warning") }
    #expect(warnings.count == 1)
    #expect(warnings.first?.contains("(restarting); ") == true)
    #expect(log.lines.contains { $0.contains(" again after ") })
  }

  @Test("what a cut connection left half is handed back on the next one")
  func cutInput() async throws {
    try await withWorker(runner: HeldRunner()) { coordinator, worker in
      let first = try await coordinator.connection()
      first.welcome()
      first.send { batch in
        batch.assignments = [.test(1) { $0.inputSize = 100_000 }]
        batch.chunks = [.test(1, "the beginning", last: false)]
        batch.stops = [.with { $0.number = 99 }]
      }
      // Answered only after what came before it was taken in.
      first.send { $0.assignments = [.test(2) { $0.kind = "none" }] }
      first.answer(try await first.ends(1))
      first.close()
      let second = try await coordinator.connection()
      second.welcome()
      let ends = try await second.ends(1)
      #expect(ends.map(\.outcome) == [.returned] && ends.map(\.number) == [1])
      second.answer(ends)
      worker.drain()
    }
  }

  @Test("stale attempts and stops cancel what runs")
  func cancelling() async throws {
    let runner = HeldRunner()
    try await withWorker(runner: runner) { coordinator, worker in
      let first = try await coordinator.connection()
      first.welcome()
      first.send { $0.assignments = [.test(1), .test(2)] }
      _ = await runner.next()
      _ = await runner.next()
      first.close()
      let second = try await coordinator.connection()
      second.welcome { $0.stale = [Token.test(1).ref] }
      let stale = try await second.ends(1)
      #expect(stale.map(\.number) == [1] && stale.map(\.outcome) == [.cancelled])
      second.send { batch in
        batch.stops = [
          .with {
            $0.epoch = 1
            $0.number = 2
          }
        ]
      }
      let stopped = try await second.ends(1)
      #expect(stopped.map(\.number) == [2] && stopped.map(\.outcome) == [.cancelled])
      second.answer(stale + stopped)
      second.send { $0.drain = true }
    }
  }

  @Test("a heartbeat comes when nothing else does")
  func heartbeat() async throws {
    try await withWorker(runner: NoopRunner()) { coordinator, worker in
      let connection = try await coordinator.connection()
      connection.welcome(heartbeat: 20)
      _ = await connection.next()
      for _ in 0..<3 { #expect(await connection.next() == Muster_V1_WorkerBatch()) }
      worker.drain()
    }
  }
}
