import MusterCore
import TaskModel
import TaskStore

/// The coordinator's clockwork: what is due by time rather than by a message.
struct Housekeeping: Sendable {
  let context: CoordinatorContext
  let leases: OriginalLeases

  private static let pace: Duration = .milliseconds(100)
  /// Prefetched tasks that did not start for this long go back when another worker idles.
  private static let prefetchPatience: Duration = .milliseconds(200)

  func run() async {
    var round = 0
    var healthy = true
    while !Task.isCancelled {
      do {
        try await context.store.tick()
        try await endSessions()
        try await endLeases()
        await context.conduct.tick()
        if round % 3 == 0 { try await spread() }
        if round % 100 == 0 { _ = try await context.store.expire(limit: 1000) }
        healthy = true
      } catch {
        if Task.isCancelled { return }
        // An outage of the store is nobody's silence; said once, as the store itself tells more.
        context.registry.graceAll()
        if healthy { context.logger.error("housekeeping waits for the store: \(error)") }
        healthy = false
      }
      round += 1
      do { try await context.time.sleep(for: Self.pace) } catch { return }
    }
  }

  private func endSessions() async throws {
    for name in context.registry.ended() {
      context.logger.warning(
        "a worker was silent for 3 heartbeats; what it held goes back to the queue", metadata: ["worker": "\(name)"])
      try await context.store.dismiss(worker: name, reason: "its worker was silent for 3 heartbeats")
    }
  }

  private func endLeases() async throws {
    let now = context.time.moment()
    for (token, worker) in leases.takeExpired(at: now) {
      context.logger.warning(
        "the lease of a prover ended", metadata: ["prover": "\(OriginalProver.displayName(worker))"])
      let report = EndReport(token: token, end: .expired, error: "its lease ended without a valid proof")
      _ = try await context.store.exchange(Exchange(worker: worker, ends: [report]))
    }
    for worker in leases.takeSilent(at: now) {
      try await context.store.dismiss(worker: worker, reason: "its prover was silent for long")
    }
  }

  /// Brings work and idle workers together that missed each other: reminds workers of what is queued, and calls prefetched
  /// tasks back when another worker could start them now.
  private func spread() async throws {
    guard context.hungry.isAnyoneWaiting() else { return }
    let queued = try await context.store.queuedByKind()
    if !queued.isEmpty { return context.hungry.remind(queued: queued) }
    let workers = try await context.store.workers()
    let now = context.time.moment()
    for busy in workers where busy.used.slots > busy.capacity.slots {
      let idle = workers.contains { other in
        other.name != busy.name && other.accepting && other.freeSlots > 0 && !other.kinds.isDisjoint(with: busy.kinds)
      }
      guard idle, let session = context.registry.live(busy.name) else { continue }
      for attempt in try await context.store.unstarted(of: busy.name) where now - attempt.since > Self.prefetchPatience
      {
        session.stop(attempt.token, unstartedOnly: true)
      }
    }
  }
}
