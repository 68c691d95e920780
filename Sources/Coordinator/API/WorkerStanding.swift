import MusterCore
import TaskModel
import TaskStore

/// What is known of a worker beside what the store's roster says: of its session, and what speaks against it.
struct WorkerStanding: Sendable {
  var connected = false
  var draining = false
  var since: Timestamp?
  /// Nil where it was not heard over the connection that it has, or has none.
  var lastHeard: Timestamp?
  var build = ""
  var setAside: [(kind: String, reason: String, until: Timestamp)] = []

  /// By the workers' names; of all coordinators where the store is shared.
  static func all(in context: CoordinatorContext) async throws -> [String: WorkerStanding] {
    if let sharing = context.store.sharing { return try await all(in: context, sharing) }
    let (now, wall) = (context.time.moment(), context.time.timestamp())
    var all: [String: WorkerStanding] = [:]
    for (facts, live) in context.registry.all {
      all[facts.name] = WorkerStanding(
        connected: live != nil, since: facts.connected, lastHeard: live.map { wall + ($0.lastHeard - now) },
        build: facts.build)
    }
    for (worker, entry) in context.conduct.allEntries {
      all[worker, default: WorkerStanding()].setAside.append((entry.kind, entry.reason, wall + (entry.until - now)))
    }
    return all
  }

  private static func all(
    in context: CoordinatorContext, _ sharing: any SharedStore
  ) async throws -> [String: WorkerStanding] {
    var all: [String: WorkerStanding] = [:]
    for session in try await sharing.sessions() {
      all[session.name] = WorkerStanding(
        connected: session.connected, draining: session.draining, since: session.since, lastHeard: session.lastHeard,
        build: session.build)
    }
    // Of its own workers this coordinator knows it to the moment; the store is told every third of a heartbeat.
    let (now, wall) = (context.time.moment(), context.time.timestamp())
    for session in context.registry.liveSessions where all[session.facts.name] != nil {
      all[session.facts.name]?.lastHeard = wall + (session.lastHeard - now)
    }
    for aside in try await sharing.setAsideRecords(of: nil) {
      all[aside.worker, default: WorkerStanding()].setAside.append((aside.kind, aside.reason, aside.until))
    }
    return all
  }
}
