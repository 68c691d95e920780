import MusterCore
import TaskModel
import TaskStore

/// Keeps the sessions of the workers here alive in a store that several coordinators share.
///
/// A loop of its own: whatever else waits for the store, or fails there, must not cost workers their sessions.
struct SessionRenewals: Sendable {
  let context: CoordinatorContext
  let sharing: any SharedStore

  private var heartbeat: Duration { context.configuration.heartbeat }

  func run() async {
    let pace = min(.milliseconds(100), heartbeat / 12)
    var next = context.time.moment()
    var healthy = true
    while !Task.isCancelled {
      if context.sessionsAreInDoubt.exchange(false) || context.time.moment() >= next {
        next = context.time.moment() + heartbeat / 3
        do {
          try await tellLeaving()
          try await renew()
          healthy = true
        } catch {
          if Task.isCancelled { return }
          // An outage of the store is nobody's silence.
          context.registry.graceAll()
          if healthy { context.logger.error("the sessions of workers wait for the store: \(error)") }
          healthy = false
          next = min(next, context.time.moment() + pace * 5)
        }
      }
      do { try await context.time.sleep(for: pace) } catch { return }
    }
  }

  private func renew() async throws {
    let renewals = context.registry.renewals()
    if renewals.isEmpty { return }
    let gone = try await sharing.renewSessions(renewals)
    for name in context.registry.drop(gone, asked: renewals) {
      context.logger.notice(
        "a worker's session is not here any more: it went to another coordinator, or ended",
        metadata: ["worker": "\(name)"])
    }
  }

  private func tellLeaving() async throws {
    var left = context.registry.takeLeaving()[...]
    while let renewal = left.first {
      do {
        try await sharing.leaveSession(renewal, goodbye: false)
      } catch {
        for renewal in left { context.registry.noteLeaving(renewal) }
        throw error
      }
      left = left.dropFirst()
    }
  }
}
