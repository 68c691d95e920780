import MusterCore
import TaskModel
import TaskStore

/// The coordinator's clockwork: what is due by time rather than by a message.
struct Housekeeping: Sendable {
  let context: CoordinatorContext
  let leases: OriginalLeases

  /// Faster than a short heartbeat, or every round would look like a gap in which nothing was heard.
  private var pace: Duration { min(.milliseconds(100), context.configuration.heartbeat / 4) }
  /// Prefetched tasks that did not start for this long go back when another worker idles.
  private static let prefetchPatience: Duration = .milliseconds(200)

  func run() async {
    var round = 0
    // Often enough to notice a death in time, seldom enough that thousands of idle sessions cost nothing.
    let sessionRounds = max(1, min(5, Int(context.configuration.heartbeat / pace) / 4))
    var healthy = true
    while !Task.isCancelled {
      do {
        try await context.store.tick()
        if round % sessionRounds == 0 { try await endSessions() }
        try await endLeases()
        await context.conduct.tick()
        if round % 3 == 0 { try await spread() }
        healthy = true
      } catch {
        if Task.isCancelled { return }
        // An outage of the store is nobody's silence; said once, as the store itself tells more.
        context.registry.graceAll()
        if healthy { context.logger.error("housekeeping waits for the store: \(error)") }
        healthy = false
      }
      round += 1
      do { try await context.time.sleep(for: pace) } catch { return }
    }
  }

  private func endSessions() async throws {
    for name in context.registry.ended() {
      if context.store.sharing != nil {
        // The store ends the session by its own clock, and says so; here only the stream is closed.
        context.logger.warning(
          "a worker was silent for 3 heartbeats; its stream is closed", metadata: ["worker": "\(name)"])
        continue
      }
      context.logger.warning(
        "a worker was silent for 3 heartbeats; what it held goes back to the queue", metadata: ["worker": "\(name)"])
      do {
        try await context.store.dismiss(worker: name, reason: "its worker was silent for 3 heartbeats")
      } catch {
        // Forgotten here, it would hold its tasks for ever.
        context.registry.expect(name)
        throw error
      }
    }
  }

  private func endLeases() async throws {
    let now = context.time.moment()
    if context.store.sharing != nil { return try await forgetProvers(at: now) }
    for (token, worker) in leases.takeExpired(at: now) {
      context.logger.warning(
        "the lease of a prover ended", metadata: ["prover": "\(OriginalProver.displayName(worker))"])
      let report = EndReport(token: token, end: .expired, error: "its lease ended without a valid proof")
      do {
        let outcome = try await context.store.exchange(Exchange(worker: worker, ends: [report]))
        await context.conduct.record(worker: worker, reports: [report], outcomes: outcome.ends)
      } catch {
        leases.grant(token, worker: worker, until: now)
        throw error
      }
    }
    for worker in leases.takeSilent(at: now) {
      try await context.store.dismiss(worker: worker, reason: "its prover was silent for long")
    }
  }

  /// A shared store ends leases by its own clock. What was handed out here is only remembered so that a prover on trial gets
  /// another one if it let the first lapse.
  private func forgetProvers(at now: Moment) async throws {
    for (token, worker) in leases.takeExpired(at: now) {
      guard let kind = OriginalProver.kind(of: worker) else { continue }
      await context.conduct.recordNoVerdict(worker: worker, kind: kind, task: token.task)
    }
    for worker in leases.takeSilent(at: now) {
      do {
        // One that has a task of another coordinator is looked at again after as long.
        if try await context.store.held(by: worker).isEmpty {
          try await context.store.dismiss(worker: worker, reason: "its prover was silent for long")
        } else {
          leases.polled(worker, at: now)
        }
      } catch {
        leases.polled(worker, at: now)
        throw error
      }
    }
  }

  /// Brings work and idle workers together that missed each other: reminds workers of what is queued, and calls prefetched
  /// tasks back when another worker could start them now.
  private func spread() async throws {
    guard context.hungry.isAnyoneWaiting() else { return }
    let queued = try await context.store.queuedByKind()
    if !queued.isEmpty { context.hungry.remind(queued: queued) }
    for attempt in try await context.store.recallable(after: Self.prefetchPatience) {
      context.registry.live(attempt.worker)?.stop(attempt.token, unstartedOnly: true)
    }
  }
}
