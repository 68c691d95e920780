import CoordinatorAPI
import Foundation
import GRPCCore
import Logging
import MusterCore
import TaskModel
import Testing

@testable import Worker

@Suite("A client of an original coordinator", .timeLimit(.minutes(1)))
struct OriginalClientTests {
  private func withClient(
    _ original: StandInOriginal, runner: any TaskRunner, log: LogRecord = LogRecord(), proverID: String? = "p",
    pollInterval: Duration = .milliseconds(5), slots: Int = 1, drainTimeout: Duration = .seconds(300),
    connectionLife: Duration = .seconds(60),
    _ body: (OriginalClientService) async throws -> Void
  ) async throws {
    try await withServer(original) { address in
      var configuration = OriginalClientConfiguration(
        proverID: proverID, upstream: address, pollInterval: pollInterval, circuit: "Block", kind: .sample,
        slots: slots, drainTimeout: drainTimeout)
      configuration.connectionLife = connectionLife
      let client = try OriginalClientService(configuration: configuration, runner: runner, logger: log.logger)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await client.run() }
        try await body(client)
        try await group.waitForAll()
      }
    }
  }

  @Test("polls, runs the stages on input and output, submits; a task's circuit is compared without regard to case")
  func proves() async throws {
    let original = StandInOriginal()
    original.queue("task_1", circuit: "block", input: #"{"x": 3}"#, output: #"{"y": 4}"#)
    let runner = HeldRunner()
    try await withClient(original, runner: runner) { client in
      #expect(await runner.next() == "task_1")
      let request = try #require(runner.request("task_1"))
      #expect(request.input == Data(#"{"x": 3}"#.utf8) && request.output == Data(#"{"y": 4}"#.utf8))
      #expect(request.kind == .sample && request.worker == "p")
      runner.end("task_1", AttemptResult(outcome: .done, result: Data("proof".utf8)))
      let proof = try #require(await original.nextProof())
      #expect(proof.proverID == "p" && proof.taskID == "task_1" && proof.circuit == "block")
      #expect(proof.proof == Data("proof".utf8) && proof.timestamp > 1_600_000_000_000)
      client.drain()
    }
    let poll = try #require(original.polls.first)
    #expect(poll.proverID == "p" && poll.circuit == "Block" && poll.timestamp > 1_600_000_000_000)
  }

  @Test("a client without an id of its own gets one by Register")
  func registers() async throws {
    let original = StandInOriginal()
    original.fail(RPCError(code: .unavailable, message: "starting"))
    try await withClient(original, runner: NoopRunner(), proverID: nil) { client in
      await original.nextPoll()
      client.drain()
    }
    #expect(original.polls.first?.proverID == "given-1")
  }

  @Test("it connects anew now and then, and not with a task in hand: the proof goes where the task came from")
  func connectsAnew() async throws {
    let original = StandInOriginal()
    let runner = HeldRunner()
    try await withClient(original, runner: runner, connectionLife: .milliseconds(1)) { client in
      while Set(original.peers).count < 3 { await original.nextPoll() }
      original.queue("t")
      _ = await runner.next()
      let peer = original.peers.last
      runner.end("t")
      #expect(await original.nextProof()?.taskID == "t")
      #expect(original.proofPeers == [peer])
      client.drain()
    }
  }

  @Test("no work is polled again after the interval, and is no outage")
  func noWork() async throws {
    let original = StandInOriginal()
    let log = LogRecord()
    try await withClient(original, runner: NoopRunner(), log: log) { client in
      for _ in 0..<3 { await original.nextPoll() }
      client.drain()
    }
    #expect(log.lines.filter { $0.hasPrefix("warning") }.isEmpty)
  }

  @Test("a failed program is not submitted, an invalid proof is said, each with the task's id; the client goes on")
  func failures() async throws {
    let original = StandInOriginal()
    for id in ["bad", "wrong", "other", "good"] { original.queue(id, circuit: id == "other" ? "x" : "block") }
    let runner = HeldRunner()
    let log = LogRecord()
    try await withClient(original, runner: runner, log: log) { client in
      _ = await runner.next()
      runner.end("bad", AttemptResult(outcome: .failed, error: "Stage 1 ended with 3.", exitCode: 3))
      _ = await runner.next()
      runner.end("wrong", AttemptResult(outcome: .done, result: Data("wrong".utf8)))
      #expect(await original.nextProof()?.taskID == "wrong")
      #expect(await runner.next() == "good")
      runner.end("good", AttemptResult(outcome: .done, result: Data("proof".utf8)))
      #expect(await original.nextProof()?.taskID == "good")
      client.drain()
    }
    let told = log.lines.filter { !$0.hasPrefix("info") }
    #expect(
      told == [
        "error Task bad was not proved: Stage 1 ended with 3.",
        "warning The coordinator says that the proof of task wrong is not valid.",
        "error Task other is of circuit x and this client serves Block: left alone.",
      ])
  }

  @Test("an outage is told once and tried through; a proof is offered until it is judged")
  func outage() async throws {
    let original = StandInOriginal()
    original.queue("t")
    let away = RPCError(code: .unavailable, message: "away")
    original.fail(away, away)
    let runner = HeldRunner()
    let log = LogRecord()
    try await withClient(original, runner: runner, log: log) { client in
      _ = await runner.next()
      original.fail(away, away)
      client.drain()
      runner.end("t", AttemptResult(outcome: .done, result: Data("proof".utf8)))
      #expect(await original.nextProof()?.taskID == "t")
    }
    #expect(log.lines.filter { $0.hasPrefix("warning") }.count == 2)
    #expect(log.lines.filter { $0.hasSuffix("answers again.") }.count == 2)
  }

  @Test("a refusal of the client ends it with one sentence; a refusal of a proof does not")
  func refusal() async throws {
    let original = StandInOriginal()
    original.queue("t")
    let runner = HeldRunner()
    let error = await #expect(throws: WorkerError.self) {
      try await withClient(original, runner: runner) { _ in
        _ = await runner.next()
        original.fail(
          RPCError(code: .invalidArgument, message: "malformed proof"),
          RPCError(code: .invalidArgument, message: "unknown circuit Block"))
        runner.end("t")
      }
    }
    #expect(error?.code == .upstreamRefused)
    #expect(error?.message.hasSuffix("refused this client: unknown circuit Block") == true)
  }

  @Test("several slots work on several tasks at one time")
  func slots() async throws {
    let original = StandInOriginal()
    original.queue("a")
    original.queue("b")
    let runner = HeldRunner()
    try await withClient(original, runner: runner, slots: 2) { client in
      _ = await runner.next()
      _ = await runner.next()
      #expect(Set(["a", "b"].compactMap { runner.request($0)?.slot }) == [0, 1])
      client.drain()
      runner.end("a")
      runner.end("b")
    }
  }

  @Test("what does not end within the drain timeout is cancelled")
  func drainTimeout() async throws {
    let original = StandInOriginal()
    original.queue("t")
    let runner = HeldRunner()
    try await withClient(original, runner: runner, drainTimeout: .milliseconds(10)) { client in
      _ = await runner.next()
      client.drain()
    }
    #expect(runner.running.isEmpty)
  }

  @Test("a configuration without an executor says so")
  func configuration() {
    let configuration = OriginalClientConfiguration(
      upstream: .standard, circuit: "block", kind: KindDefinition(name: "block"))
    let error = #expect(throws: WorkerError.self) {
      try OriginalClientService(
        configuration: configuration, runner: HeldRunner(), logger: Logger(label: "test"))
    }
    #expect(error?.message.contains("Kind block, which stands for circuit block, has no executor") == true)
  }
}
