import CoordinatorAPI
import GRPCCore
import GRPCNIOTransportHTTP2
import Logging
import MusterCore
import ServiceLifecycle

/// Serves as a prove-client of an original prover cluster: polls for tasks, runs the kind's stages, submits the proofs.
///
/// Unlike the original it looks at the exit status of every stage: a task whose program failed is not submitted.
public final class OriginalClientService: Service {
  private let configuration: OriginalClientConfiguration
  private let runner: any TaskRunner
  private let time: any Timekeeper
  private let logger: Logger
  private let leaving = Latch()
  private let outage = Outage()
  private let readiness: ReadinessBoard?

  /// - Parameter readiness: told whether the coordinator answers.
  /// - Throws: ``WorkerError`` (`bad_configuration`).
  public init(
    configuration: OriginalClientConfiguration, runner: any TaskRunner, time: any Timekeeper = SystemTime(),
    logger: Logger, readiness: ReadinessBoard? = nil
  ) throws {
    self.readiness = readiness
    try configuration.checked(needsStages: runner.needsStages)
    self.configuration = configuration
    self.runner = runner
    self.time = time
    self.logger = logger
  }

  /// Begins to leave: polls no more, finishes what runs, submits it, and returns from ``run()``.
  public func drain() {
    readiness?.draining()
    leaving.open()
  }

  /// - Throws: ``WorkerError`` (`upstream_refused`) when the coordinator does not take this client.
  public func run() async throws {
    do {
      try await withGracefulShutdownHandler {
        try await serve()
      } onGracefulShutdown: {
        self.drain()
      }
    } catch is CancellationError {
      return
    } catch {
      readiness?.lost(configuration.upstream, reason: (error as? WorkerError)?.message ?? "\(error)")
      throw error
    }
  }

  private func serve() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      defer { group.cancelAll() }
      group.addTask { try await self.work() }
      group.addTask { try await self.boundDrain() }
      try await group.next()
    }
  }

  /// Runs `body` over a connection of its own.
  private func connected<Answer: Sendable>(
    _ body: @escaping @Sendable (OriginalUpstream) async throws -> Answer
  ) async throws -> Answer {
    let transport = try CoordinatorTransport.make(to: configuration.upstream)
    return try await withCancellableClient(transport: transport) { [self] grpc in
      try await body(
        OriginalUpstream(
          cluster: Cluster_Cluster.Client(wrapping: grpc), address: configuration.upstream, time: time, logger: logger,
          outage: outage, readiness: readiness))
    }
  }

  private func boundDrain() async throws {
    await leaving.wait()
    try await time.sleep(for: configuration.drainTimeout)
    logger.warning(
      "Leaving: the running tasks did not end in time; their coordinator still counts them as this client's.")
  }

  private func work() async throws {
    guard let prover = try await proverID() else { return }
    readiness?.called(prover)
    logger.info(
      """
      Prover \(prover) polls the coordinator at \(configuration.upstream) for circuit \(configuration.circuit) every \
      \(configuration.pollInterval).
      """)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for slot in 0..<configuration.slots {
        let loop = OriginalClientLoop(
          configuration: configuration, prover: prover, slot: slot, runner: runner, time: time, leaving: leaving,
          logger: logger)
        group.addTask { while !self.leaving.isOpen { try await self.connected { try await loop.run(over: $0) } } }
      }
      try await group.waitForAll()
    }
  }

  /// Nil when the service was told to leave before the coordinator gave one.
  private func proverID() async throws -> String? {
    if let id = configuration.proverID { return id }
    let request = Cluster_RegisterRequest.with { $0.hostname = ProcessHost.name }
    let leaving = leaving
    return try await connected { upstream in
      try await upstream.call(until: leaving) { cluster, options in
        try await cluster.register(request, options: options).proverID
      }
    }
  }
}
