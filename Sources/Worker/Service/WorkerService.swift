import CoordinatorAPI
import Logging
import MusterCore
import ServiceLifecycle
import TaskModel

/// Serves a coordinator: takes attempts, runs them, reports their ends, and goes on through outages.
///
/// Runs until a graceful shutdown or a drain that the coordinator asked for is complete, or the coordinator refuses this
/// worker for good. Attempts go on while the connection is away, and their ends are delivered on the next one.
public final class WorkerService: Service {
  private let configuration: WorkerConfiguration
  private let core: WorkerCore
  private let time: any Timekeeper
  private let logger: Logger
  private let readiness: ReadinessBoard?

  /// - Parameter readiness: told how the worker stands with its coordinator.
  /// - Throws: ``WorkerError`` (`bad_configuration`).
  public init(
    configuration: WorkerConfiguration, runner: any TaskRunner, time: any Timekeeper = SystemTime(), logger: Logger,
    readiness: ReadinessBoard? = nil
  ) throws {
    self.readiness = readiness
    readiness?.called(configuration.name)
    let settings = try configuration.checked(build: MusterBuild.version, needsStages: runner.needsStages)
    self.configuration = configuration
    self.time = time
    self.logger = logger
    core = WorkerCore(
      machine: WorkerMachine(settings: settings, session: .random(in: 1 ... .max)), runner: runner, time: time
    ) { logger.warning("\($0)") }
  }

  public var snapshot: WorkerSnapshot { core.snapshot }

  /// Begins to leave, as a graceful shutdown does: finish what runs, hand back the rest, then return from ``run()``.
  public func drain() { core.handle(.drain) }

  /// - Throws: ``WorkerError`` when the coordinator refuses this worker for good.
  public func run() async throws {
    let result: Result<Void, any Error>
    do {
      try await withGracefulShutdownHandler {
        try await serve()
      } onGracefulShutdown: {
        self.drain()
      }
      result = .success(())
    } catch is CancellationError {
      result = .success(())
    } catch {
      readiness?.lost(nil, reason: (error as? WorkerError)?.message ?? "\(error)")
      result = .failure(error)
    }
    await core.stopAll()
    try result.get()
  }

  private func serve() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      defer { group.cancelAll() }
      group.addTask { try await self.stayConnected() }
      group.addTask { try await self.boundDrain() }
      group.addTask { try await self.delayLogs() }
      try await group.next()
    }
  }

  // MARK: - Connecting

  private func stayConnected() async throws {
    var backoff = ReconnectBackoff()
    let outage = OutageLog(configuration: configuration, time: time, logger: logger, readiness: readiness)
    var turn = 0
    while !core.left.isOpen {
      try Task.checkCancellation()
      let address = configuration.addresses[turn % configuration.addresses.count]
      let connection = CoordinatorConnection(
        core: core, address: address, security: configuration.security, time: time, logger: logger,
        explains: !outage.isAway,
        onWelcome: { [core] in outage.connected(to: address, store: core.store) },
        onStaying: { [readiness] in readiness?.moving(to: address, failure: $0) })
      switch await connection.run() {
      case .left: break
      case .moved: logger.info("Connecting anew to \(address), as the coordinator asked.")
      case .refused(let error): throw error
      case .lost(let reason, let wasUp):
        try Task.checkCancellation()
        outage.lost(address, reason: reason, wasUp: wasUp, running: core.snapshot.running)
        if wasUp { backoff.reset() } else { turn += 1 }
        // The others are tried at once; the wait comes when all of them have failed.
        if wasUp || turn % configuration.addresses.count == 0 {
          try await time.sleep(for: backoff.delay(atMost: core.heartbeat), orUntil: core.left)
        }
      }
    }
    logger.info("Worker \(configuration.name) has left.")
  }

  // MARK: - Time

  private func delayLogs() async throws {
    while true {
      await core.logBell.wait()
      try await time.sleep(for: core.logDelay)
      core.handle(.logsDue)
    }
  }

  /// Returns when a drain has taken as long as it may: with it the service ends.
  private func boundDrain() async throws {
    await core.draining.wait()
    try Task.checkCancellation()
    readiness?.draining()
    let running = core.snapshot.running
    if running > 0 {
      logger.info("Leaving: finishing \(running) running attempts, for at most \(configuration.drainTimeout).")
    }
    let finished = try await waitForIdle(atMost: configuration.drainTimeout)
    if !finished {
      logger.warning("Leaving: stopping \(core.snapshot.running) attempts that did not end in time.")
      core.handle(.handBack)
      _ = try await waitForIdle(atMost: configuration.farewell)
    }
    try await time.sleep(for: configuration.farewell)
    let unanswered = core.snapshot.unanswered
    logger.warning(
      "Leaving although the coordinator has not answered \(unanswered) ended attempts; it will run them again.")
  }

  private func waitForIdle(atMost limit: Duration) async throws -> Bool {
    try await withThrowingTaskGroup(of: Bool.self) { group in
      defer { group.cancelAll() }
      group.addTask { [time] in
        try await time.sleep(for: limit)
        return false
      }
      group.addTask { [core] in
        await core.idle.wait()
        return true
      }
      return try await group.next() ?? false
    }
  }
}
