import CoordinatorAPI
import Executors
import Logging
import MusterCore
import ServiceLifecycle
import Synchronization
import TaskModel
import Worker

/// Where the workers of `muster up` find their coordinator.
struct CoordinatorPlace: Sendable {
  var address: CoordinatorAddress
  /// Signs certificates for them; nil: they need none there.
  var trust: TrustFolder?
}

/// A worker inside `muster up`: starts when its coordinator listens, and anew when the kinds change.
final class EmbeddedWorker: Service {
  private struct State {
    var kinds: [KindDefinition]
    var current: WorkerService?
    var isOutdated = false
  }
  private let configuration: WorkerConfiguration
  private let coordinator: Announcement<CoordinatorPlace>
  private let runner: ExecutorRunner
  private let logger: Logger
  private let state: Mutex<State>
  private let changed = Bell()

  /// - Parameter configuration: without addresses and kinds.
  init(
    _ configuration: WorkerConfiguration, kinds: [KindDefinition], coordinator: Announcement<CoordinatorPlace>,
    executors: ExecutorHost, logger: Logger
  ) {
    self.configuration = configuration
    self.coordinator = coordinator
    runner = ExecutorRunner(host: executors, environment: CommandContext.current.environment)
    self.logger = logger
    state = Mutex(State(kinds: kinds.filter { !$0.stages.isEmpty }))
  }

  func run() async throws {
    guard let place = await cancelWhenGracefulShutdown({ await self.coordinator.wait() }) else { return }
    while !Task.isShuttingDownGracefully, !Task.isCancelled {
      guard let service = try makeService(place) else {
        // No kind has an executor: nothing to do until the configuration says otherwise.
        await cancelWhenGracefulShutdown { await self.changed.wait() }
        continue
      }
      try await service.run()
      let goesOn = state.withLock { state in
        state.current = nil
        return state.isOutdated
      }
      if !goesOn { return }
    }
  }

  /// Takes other kinds: finishes what runs, and begins anew with them.
  func reload(_ kinds: [KindDefinition]) {
    let current = state.withLock { state in
      state.kinds = kinds.filter { !$0.stages.isEmpty }
      state.isOutdated = true
      return state.current
    }
    current?.drain()
    changed.ring()
  }

  private func makeService(_ place: CoordinatorPlace) throws -> WorkerService? {
    try state.withLock { state in
      state.isOutdated = false
      if state.kinds.isEmpty { return nil }
      var configuration = configuration
      configuration.addresses = [place.address]
      if let trust = place.trust {
        guard let identity = try trust.worker(named: configuration.name, at: SystemTime().timestamp()) else {
          throw CommandError(
            .notAvailable,
            "the workers of 'muster up' need a certificate, and the authority's key is not in '\(trust.path)'; listen on loopback too, or start workers of their own"
          )
        }
        configuration.security = { _ in .tls(identity) }
      }
      configuration.kinds = state.kinds
      let service = try WorkerService(configuration: configuration, runner: runner, logger: logger)
      state.current = service
      return service
    }
  }
}
