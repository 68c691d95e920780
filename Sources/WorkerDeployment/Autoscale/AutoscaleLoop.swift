import Kubernetes
import Logging
import MusterCore

/// Observes, plans and acts, for as long as this autoscaler leads.
struct AutoscaleLoop {
  let client: KubernetesClient
  let observer: any AutoscaleObserver
  let logger: Logger
  let told: @Sendable (AutoscaleDecision) -> Void
  let watches: [PoolWatch]
  private var planner: AutoscalePlanner
  private var queue: (at: Moment, report: QueueReport)?
  private var pools: (at: Moment, reports: [String: PoolReport])?
  private var problem: String?
  private var lastReason: AutoscaleDecision.Reason?
  private var honoursCost: Bool?

  init(
    _ planner: AutoscalePlanner, client: KubernetesClient, observer: any AutoscaleObserver, logger: Logger,
    told: @escaping @Sendable (AutoscaleDecision) -> Void
  ) {
    self.planner = planner
    self.client = client
    self.observer = observer
    self.logger = logger
    self.told = told
    watches = planner.pools.map { PoolWatch($0, client: client, logger: logger) }
  }

  /// - Throws: `CancellationError`, and nothing else.
  mutating func run() async throws {
    defer { stop() }
    while true {
      let begun = client.time.moment()
      try await step()
      try await client.time.sleep(until: begun + planner.settings.period)
    }
  }

  /// One look, one decision, and what it asks for.
  @discardableResult
  mutating func step() async throws -> AutoscaleDecision {
    let decision = try await decide()
    tell(decision)
    if !decision.isNothing { try await act(decision) }
    return decision
  }

  func stop() { for watch in watches { watch.stop() } }

  /// One look, and one decision; nothing is done.
  mutating func decide() async throws -> AutoscaleDecision {
    let begun = client.time.moment()
    problem = nil
    async let heard = within(planner.settings.stalePatience) { [observer] in try await observer.queue() }
    async let seen = within(planner.settings.stalePatience) { [watches] in
      var reports: [String: PoolReport] = [:]
      for watch in watches { reports[watch.pool.name] = try await watch.look() }
      return reports
    }
    do { queue = (begun, try await heard) } catch { try note(error, "the coordinator's queue could not be read") }
    do { pools = (begun, try await seen) } catch { try note(error, "the pools could not be read") }
    guard let queue, let pools else { return planner.hold(problem ?? "nothing was heard yet") }
    return planner.plan(
      AutoscaleObservation(
        at: client.time.moment(), queueAsOf: queue.at, poolsAsOf: pools.at, queue: queue.report, pools: pools.reports))
  }

  private mutating func act(_ decision: AutoscaleDecision) async throws {
    do {
      let carrier = AutoscaleCarrier(
        client: client, observer: observer, honoursCost: try await costCounts(), logger: logger)
      // Those that get fewer come first, so that the sum is not over the maximum in between.
      let parts = watches.compactMap { watch in decision.pools[watch.pool.name].map { (watch, $0) } }
      for (watch, part) in parts where part.desired <= part.wanted && !part.isNothing {
        try await carrier.carryOut(part, watch)
      }
      for (watch, part) in parts where part.desired > part.wanted { try await carrier.carryOut(part, watch) }
    } catch {
      try note(error, "a decision was not carried out whole")
      // The reports are older than what was done: they are no ground for the next decision.
    }
    pools = nil
  }

  private mutating func costCounts() async throws -> Bool {
    if let honoursCost { return honoursCost }
    let counts = try await client.serverVersion().isAtLeast(1, 22)
    honoursCost = counts
    return counts
  }

  private mutating func note(_ error: any Error, _ what: String) throws {
    try Task.checkCancellation()
    let text = (error as? any CodedError)?.message ?? "\(error)"
    problem = "\(what): \(text)"
    logger.warning("\(what)", metadata: ["error": "\(text)"])
  }

  private mutating func tell(_ decision: AutoscaleDecision) {
    defer { lastReason = decision.reason }
    guard !decision.isNothing || decision.reason != lastReason else { return }
    logger.info(
      "\(decision.why)", metadata: ["reason": "\(decision.reason.rawValue)", "workers": "\(decision.desired)"])
    told(decision)
  }

  private func within<Value: Sendable>(
    _ limit: Duration, _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
      group.addTask { try await body() }
      group.addTask { [client] in
        try await client.time.sleep(for: limit)
        return nil
      }
      defer { group.cancelAll() }
      guard let first = try await group.next(), let value = first else {
        throw WorkerDeploymentError(
          .notReady, "there was no answer within \(DurationText.text(limit)); look whether the other side is overloaded"
        )
      }
      return value
    }
  }
}
