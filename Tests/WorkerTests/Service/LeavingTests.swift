import CoordinatorAPI
import Foundation
import GRPCCore
import MusterCore
import ServiceLifecycle
import TaskModel
import Testing

@testable import Worker

@Suite("Leaving and being refused", .timeLimit(.minutes(1)))
struct LeavingTests {
  private func configuration(_ addresses: CoordinatorAddress...) -> WorkerConfiguration {
    WorkerConfiguration(name: "w", addresses: addresses, kinds: [.sample], slots: 2)
  }

  @Test(
    "a refusal that would come again ends the service with one sentence",
    arguments: [
      (RPCError.Code.failedPrecondition, "Speak version 2.", "worker_refused", "refused this worker: Speak version 2."),
      (.alreadyExists, "w is connected", "worker_name_taken", "has a worker of this name already (w is connected)"),
      (.unimplemented, "", "worker_refused", "is not a Muster coordinator"),
    ])
  func refusal(code: RPCError.Code, message: String, name: String, sentence: String) async throws {
    let coordinator = StandInCoordinator()
    try await withServer(coordinator) { address in
      let worker = try WorkerService(
        configuration: configuration(address), runner: NoopRunner(), logger: LogRecord().logger)
      let life = Task { try await worker.run() }
      try await coordinator.connection().fail(code, message)
      let error = await #expect(throws: WorkerError.self) { try await life.value }
      #expect(error?.codeName == name)
      #expect(error?.message.contains(sentence) == true)
    }
  }

  @Test("a coordinator that chooses a version of the protocol that we do not speak is left with both versions named")
  func wrongVersion() async throws {
    let coordinator = StandInCoordinator()
    try await withServer(coordinator) { address in
      let worker = try WorkerService(
        configuration: configuration(address), runner: NoopRunner(), logger: LogRecord().logger)
      let life = Task { try await worker.run() }
      try await coordinator.connection().welcome { $0.protocol = 2 }
      let error = await #expect(throws: WorkerError.self) { try await life.value }
      #expect(error?.code == .protocolMismatch)
      #expect(error?.message.contains("chose version 2 of the protocol and this worker") == true)
    }
  }

  @Test("the addresses are tried in turn")
  func turns() async throws {
    let coordinator = StandInCoordinator()
    try await withServer(coordinator) { address in
      // Port 1 of the loopback interface: nobody listens there.
      let nobody = CoordinatorAddress(host: "127.0.0.1", port: 1)
      let worker = try WorkerService(
        configuration: configuration(nobody, address), runner: NoopRunner(), logger: LogRecord().logger)
      let life = Task { try await worker.run() }
      let connection = try await coordinator.connection()
      connection.welcome()
      connection.send { $0.drain = true }
      try await life.value
    }
  }

  @Test("SIGTERM's graceful shutdown drains; without a coordinator and without attempts it ends at once")
  func gracefulShutdown() async throws {
    let nobody = CoordinatorAddress(host: "127.0.0.1", port: 1)
    let worker = try WorkerService(
      configuration: configuration(nobody), runner: NoopRunner(), logger: LogRecord().logger)
    let group = ServiceGroup(
      configuration: .init(
        services: [.init(service: worker, successTerminationBehavior: .gracefullyShutdownGroup)],
        logger: LogRecord().logger))
    let life = Task { try await group.run() }
    await group.triggerGracefulShutdown()
    try await life.value
    #expect(worker.snapshot.isDraining)
  }

  @Test("what does not end within the drain timeout is stopped and handed back")
  func drainTimeout() async throws {
    let coordinator = StandInCoordinator()
    let runner = HeldRunner()
    try await withServer(coordinator) { address in
      var configuration = configuration(address)
      configuration.drainTimeout = .milliseconds(10)
      let worker = try WorkerService(configuration: configuration, runner: runner, logger: LogRecord().logger)
      let life = Task { try await worker.run() }
      let connection = try await coordinator.connection()
      connection.welcome()
      connection.send { $0.assignments = [.test(1)] }
      _ = await runner.next()
      worker.drain()
      let ends = try await connection.ends(1)
      #expect(ends.map(\.outcome) == [.returned])
      connection.answer(ends)
      try await life.value
    }
  }

  @Test("a coordinator that does not answer the last ends is not waited for longer than the farewell")
  func farewell() async throws {
    let coordinator = StandInCoordinator()
    let log = LogRecord()
    try await withServer(coordinator) { address in
      var configuration = configuration(address)
      configuration.farewell = .milliseconds(20)
      let worker = try WorkerService(configuration: configuration, runner: NoopRunner(), logger: log.logger)
      let life = Task { try await worker.run() }
      let connection = try await coordinator.connection()
      connection.welcome()
      connection.send { $0.assignments = [.test(1)] }
      _ = try await connection.ends(1)
      worker.drain()
      try await life.value
    }
    #expect(log.lines.last?.contains("has not answered 1 ended attempts") == true)
  }

  @Test("cancelling the service stops what runs before it returns")
  func cancellation() async throws {
    let coordinator = StandInCoordinator()
    let runner = HeldRunner()
    try await withServer(coordinator) { address in
      let worker = try WorkerService(
        configuration: configuration(address), runner: runner, logger: LogRecord().logger)
      let life = Task { try await worker.run() }
      let connection = try await coordinator.connection()
      connection.welcome()
      connection.send { $0.assignments = [.test(1), .test(2)] }
      _ = await runner.next()
      _ = await runner.next()
      life.cancel()
      try await life.value
      #expect(runner.running.isEmpty)
      #expect(worker.snapshot.running == 0)
    }
  }
}
