import CoordinatorAPI
import MusterCore
import TaskModel
import TaskStore

/// How a coordinator is doing: answered also while its store does not answer, for then it is wanted most.
struct StatusReport: Sendable {
  private let context: CoordinatorContext
  private let verification: VerificationQueue
  private var counts: [(kind: String, state: TaskState, count: Int)] = []
  private var workers: [RosterWorker] = []
  private var standing: [String: WorkerStanding] = [:]
  private var coordinators: [SharedCoordinator] = []
  /// What is to be told of another program's table.
  private var notices: [String] = []
  /// Who asks sees the tasks of one namespace only, and nothing of what concerns others.
  private let namespace: String?
  /// Why the store does not answer.
  private var away: String?

  /// - Parameter counts: count the tasks, too. Without it this is a client's greeting, which must not wait for a database:
  ///   the client would take the coordinator for dead.
  static func make(
    context: CoordinatorContext, verification: VerificationQueue, counts: Bool, namespace: String? = nil
  ) async -> StatusReport {
    var report = StatusReport(context: context, verification: verification, namespace: namespace)
    report.away = context.store.outage
    guard report.away == nil, counts || context.store.sharing == nil else { return report }
    do {
      if counts {
        report.counts =
          if let namespace { try await context.store.counts(of: namespace) } else {
            try await context.store.counts()
          }
      }
      report.workers = try await context.store.workers()
      report.standing = try await WorkerStanding.all(in: context)
      if counts {
        report.coordinators = try await context.store.sharing?.coordinators() ?? []
        report.notices = try await context.store.outerRows?.notices() ?? []
      }
    } catch {
      // Half of the counts would be taken for all of them.
      report.counts = []
      report.away = (error as? StoreError)?.message ?? "the store does not answer"
    }
    return report
  }

  private init(context: CoordinatorContext, verification: VerificationQueue, namespace: String?) {
    self.namespace = namespace
    self.context = context
    self.verification = verification
  }

  var message: Muster_V1_GetStatusResponse {
    .with {
      $0.protocol = ProtocolVersions.own.message
      $0.build = MusterBuild.version
      $0.store = context.store.summary
      $0.storeID = context.store.id
      $0.startedUnixMs = context.started.milliseconds
      for (_, state, count) in counts { $0.tasksByState[state.name, default: 0] += UInt64(count) }
      let own = workers.filter { !OriginalProver.isRosterName($0.name) }
      $0.workers = UInt32(own.count)
      $0.slots = own.reduce(0) { $0 + UInt32($1.capacity.slots) }
      $0.slotsInUse = own.reduce(0) { $0 + UInt32(min($1.used.slots, $1.capacity.slots)) }
      $0.problems = problems
      $0.coordinators = coordinators.map(\.message)
      $0.storeAway = away != nil
    }
  }

  /// What an operator should look at, one sentence each.
  private var problems: [String] {
    var problems: [String] = away.map { [$0] } ?? []
    if namespace != nil { return problems }
    let stuck = verification.stuck
    if let example = stuck.example {
      problems.append(
        "\(stuck.count) results wait for a verifier that failed \(VerificationQueue.mostTries) times, such as that of task '\(example.task)': \(example.error)"
      )
    }
    for worker in workers {
      for aside in standing[worker.name]?.setAside ?? [] {
        problems.append(
          "worker '\(OriginalProver.displayName(worker.name))' is set aside for the kind '\(aside.kind)': \(aside.reason)"
        )
      }
    }
    let failures = context.store.statistics().commitFailures
    if failures > 0 { problems.append("\(failures) transactions of the store failed since the start; see the log") }
    return problems + notices
  }
}

extension SharedCoordinator {
  var message: Muster_V1_CoordinatorSummary {
    .with {
      $0.address = address
      $0.build = build
      $0.startedUnixMs = started.milliseconds
      $0.lastHeardUnixMs = lastHeard.milliseconds
      $0.isThis = isThis
      $0.onDuty = onDuty
    }
  }
}
