import CoordinatorAPI
import Foundation
import GRPCCore
import MusterCore
import ServiceLifecycle
import TaskModel
import Testing

@testable import Worker

@Suite("The ready file", .timeLimit(.minutes(1)))
struct ReadinessFileTests {
  private func withPath(_ body: (String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "ready-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(folder + "/ready")
  }

  private func read(_ path: String) throws -> ReadinessRecord {
    try ReadinessCheck.read(try? Data(contentsOf: URL(filePath: path)), at: path)
  }

  private func waitFor(_ path: String, _ fits: (ReadinessRecord) -> Bool) async throws -> ReadinessRecord {
    while true {
      if let record = try? read(path), fits(record) { return record }
      try await Task.sleep(for: .milliseconds(2))
    }
  }

  @Test("it follows a worker from its first try to its leaving, and goes with it")
  func wholeLife() async throws {
    try await withPath { path in
      let coordinator = StandInCoordinator()
      let runner = HeldRunner()
      try await withServer(coordinator) { address in
        let board = ReadinessBoard(process: 42)
        let worker = try WorkerService(
          configuration: WorkerConfiguration(name: "w", addresses: [address], kinds: [.sample]), runner: runner,
          logger: LogRecord().logger, readiness: board)
        let file = ReadinessFile(path: path, board: board, logger: LogRecord().logger)
        let group = ServiceGroup(
          configuration: .init(
            services: [
              .init(service: file, successTerminationBehavior: .ignore),
              .init(service: worker, successTerminationBehavior: .gracefullyShutdownGroup),
            ], logger: LogRecord().logger))
        let life = Task { try await group.run() }
        let first = try await coordinator.connection()
        let before = try await waitFor(path) { $0.state == .connecting }
        #expect(before.worker == "w" && before.process == 42)
        first.fail(.unavailable, "not\nyet")
        let refused = try await waitFor(path) { $0.failure != nil }
        #expect(refused.state == .connecting && refused.failure == "not yet")
        #expect(refused.coordinator == address.description && refused.since == before.since)
        let second = try await coordinator.connection()
        second.welcome { $0.storeID = "s1" }
        let ready = try await waitFor(path) { $0.state == .connected }
        #expect(ready.failure == nil && ready.store == "s1" && ready.coordinator == address.description)
        second.send { $0.assignments = [.test(1)] }
        _ = await runner.next()
        await group.triggerGracefulShutdown()
        _ = try await waitFor(path) { $0.state == .draining }
        runner.end("t1")
        second.answer(try await second.ends(1))
        try await life.value
      }
      #expect(!FileManager.default.fileExists(atPath: path))
      #expect(!FileManager.default.fileExists(atPath: path + ".new"))
    }
  }

  @Test("a worker that is refused for good leaves its reason there")
  func refused() async throws {
    try await withPath { path in
      let coordinator = StandInCoordinator()
      try await withServer(coordinator) { address in
        let board = ReadinessBoard(process: 42)
        let worker = try WorkerService(
          configuration: WorkerConfiguration(name: "w", addresses: [address], kinds: [.sample]), runner: NoopRunner(),
          logger: LogRecord().logger, readiness: board)
        let file = ReadinessFile(path: path, board: board, logger: LogRecord().logger)
        let group = ServiceGroup(
          configuration: .init(services: [.init(service: file), .init(service: worker)], logger: LogRecord().logger))
        let life = Task { try await group.run() }
        try await coordinator.connection().fail(.permissionDenied, "the token was revoked")
        await #expect(throws: WorkerError.self) { try await life.value }
      }
      #expect(try read(path).failure?.contains("the token was revoked") == true)
    }
  }

  @Test("without any change it is written anew again and again")
  func heartbeat() async throws {
    try await withPath { path in
      let time = ManualTime()
      let board = ReadinessBoard(process: 1, time: time)
      let file = ReadinessFile(path: path, board: board, time: time, logger: LogRecord().logger)
      let life = Task { await file.run() }
      let first = try await waitFor(path) { _ in true }
      for round in 1...3 {
        while time.sleeperCount < 1 { try await Task.sleep(for: .milliseconds(1)) }
        time.advance(by: ReadinessFile.pace)
        let next = try await waitFor(path) { $0.heartbeat > first.heartbeat + ReadinessFile.pace * (round - 1) }
        #expect(next.since == first.since)
      }
      life.cancel()
      await life.value
    }
  }

  @Test("a place where none can be written is one sentence")
  func unwritable() {
    let board = ReadinessBoard(process: 1)
    let file = ReadinessFile(path: "/nonexistent/ready", board: board, logger: LogRecord().logger)
    let error = #expect(throws: WorkerError.self) { try file.write() }
    #expect(
      error?.message == "The ready file '/nonexistent/ready' cannot be written: No such file or directory.",
      "\(error?.message ?? "")")
  }

  @Test("an address at which nobody listens is said in the system's words")
  func nobody() async throws {
    let board = ReadinessBoard(process: 1)
    let worker = try WorkerService(
      configuration: WorkerConfiguration(
        name: "w", addresses: [CoordinatorAddress(host: "127.0.0.1", port: 1)], kinds: [.sample]),
      runner: NoopRunner(), logger: LogRecord().logger, readiness: board)
    let life = Task { try await worker.run() }
    while board.record.failure == nil { try await Task.sleep(for: .milliseconds(1)) }
    #expect(board.record.failure == "connection refused")
    worker.drain()
    try await life.value
    #expect(CoordinatorConnection.systemWords(of: "connect(): No route to host (errno: 113)") == "no route to host")
    #expect(CoordinatorConnection.systemWords(of: "closed") == nil)
  }

  @Test("a client of the original protocol says whether its coordinator answers")
  func original() async throws {
    let coordinator = StandInOriginal()
    coordinator.fail(RPCError(code: .unavailable, message: "starting"))
    let board = ReadinessBoard(process: 1)
    let configuration = { address in
      OriginalClientConfiguration(
        proverID: "p", upstream: address, pollInterval: .milliseconds(5), circuit: "block",
        kind: KindDefinition(name: "block", stages: [["true"]]))
    }
    try await withServer(coordinator) { address in
      let client = try OriginalClientService(
        configuration: configuration(address), runner: NoopRunner(), logger: LogRecord().logger, readiness: board)
      let life = Task { try await client.run() }
      while board.record.failure == nil { try await Task.sleep(for: .milliseconds(1)) }
      #expect(board.record.state == .connecting && board.record.failure == "starting")
      while board.record.state != .connected { try await Task.sleep(for: .milliseconds(1)) }
      #expect(board.record.coordinator == address.description && board.record.worker == "p")
      client.drain()
      #expect(board.record.state == .draining)
      try await life.value
    }
  }
}
