import Kubernetes
import Logging
import MusterCore
import ServiceLifecycle

/// Keeps the number of workers to what the queue needs, for as long as it runs.
///
/// Several may run; the one that has the lease decides, and another goes on within 15 s of its death. What is decided is
/// told in ``AutoscalePlanner``; here is what it costs: each look is one question to the coordinator and one to the API
/// server for each pool.
public struct AutoscaleService: ServiceLifecycle.Service {
  /// The Lease by which autoscalers agree on one of them.
  public static let lease = "muster-autoscaler"

  private let planner: AutoscalePlanner
  private let client: KubernetesClient
  private let observer: any AutoscaleObserver
  private let elector: LeaderElector
  private let pause: Duration
  private let logger: Logger
  private let told: @Sendable (AutoscaleDecision) -> Void

  /// - Parameters:
  ///   - planner: with settings and pools; copied at each beginning of a lead.
  ///   - namespace: of the lease.
  ///   - identity: of this autoscaler, as its pod's name; each needs another.
  ///   - told: each decision that changes something, or is for another reason than the one before.
  public init(
    _ planner: AutoscalePlanner, client: KubernetesClient, observer: any AutoscaleObserver, namespace: String,
    identity: String, election: ElectionSettings, logger: Logger,
    told: @escaping @Sendable (AutoscaleDecision) -> Void = { _ in }
  ) {
    self.planner = planner
    self.client = client
    self.observer = observer
    self.logger = logger
    self.told = told
    pause = election.retryPeriod
    elector = LeaderElector(
      client, lease: Self.lease, in: namespace, identity: identity, settings: election, logger: logger
    ) { leader in
      logger.info("'\(leader)' decides about the number of workers")
    }
  }

  /// One look, and what would be decided on it now; nothing is changed and no lease is taken.
  ///
  /// Who has not watched for the window for fewer workers never decides that some go.
  public static func preview(
    _ planner: AutoscalePlanner, client: KubernetesClient, observer: any AutoscaleObserver, logger: Logger
  ) async throws -> AutoscaleDecision {
    var loop = AutoscaleLoop(planner, client: client, observer: observer, logger: logger, told: { _ in })
    defer { loop.stop() }
    return try await loop.decide()
  }

  /// Runs until the task is cancelled or the group shuts down; numbers stay as they are then.
  ///
  /// - Throws: `KubernetesError` (`refused`) when the lease may not be read or written.
  public func run() async throws {
    do {
      try await cancelWhenGracefulShutdown { try await lead() }
    } catch is CancellationError {
      return
    }
  }

  private func lead() async throws {
    while true {
      do {
        try await elector.run { [planner, client, observer, logger, told] in
          var loop = AutoscaleLoop(planner, client: client, observer: observer, logger: logger, told: told)
          try await loop.run()
        }
      } catch let error as KubernetesError where error.code != .refused {
        logger.warning("this autoscaler leads no more", metadata: ["error": "\(error.message)"])
      }
      try await client.time.sleep(for: pause)
    }
  }
}
