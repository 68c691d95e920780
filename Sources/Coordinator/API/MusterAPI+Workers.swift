import CoordinatorAPI
import Foundation
import GRPCCore
import MusterCore
import TaskModel
import TaskStore

extension MusterAPI {
  func listWorkers(
    request: Muster_V1_ListWorkersRequest, context: ServerContext
  ) async throws -> Muster_V1_ListWorkersResponse {
    let workers = try await summaries(self.context.scope(context.caller))
    return .with { $0.workers = workers }
  }

  func drainWorker(request: Muster_V1_WorkerRequest, context: ServerContext) async throws -> Muster_V1_WorkerSummary {
    let name = request.name
    self.context.audit.record("drain", by: context.caller, [name])
    if let session = self.context.registry.live(name) {
      try await answering { try await self.context.store.setAccepting(false, worker: name) }
      session.drain()
      return try await summary(of: name)
    }
    // Clients of the original protocol cannot be told anything.
    guard let sharing = self.context.store.sharing, !OriginalProver.isRosterName(name),
      try await answering({ try await sharing.post(.drain, to: name) })
    else { throw noWorker(name) }
    var summary = try await summary(of: name)
    // The coordinator that has it will tell it within a second.
    if summary.state == "connected" { summary.state = "draining" }
    return summary
  }

  func resumeWorker(request: Muster_V1_WorkerRequest, context: ServerContext) async throws -> Muster_V1_WorkerSummary {
    let names = try await answering { try await self.context.store.workers() }.map(\.name)
    let meant = names.filter { $0 == request.name || OriginalProver.displayName($0) == request.name }
    if meant.isEmpty { throw noWorker(request.name) }
    self.context.audit.record("resume", by: context.caller, [request.name])
    for name in meant {
      guard let sharing = self.context.store.sharing else {
        await self.context.conduct.resume(worker: name)
        continue
      }
      try await answering { try await self.context.conduct.resumeEverywhere(worker: name, in: sharing) }
    }
    return try await summary(of: request.name)
  }

  func listKinds(request: Muster_V1_ListKindsRequest, context: ServerContext) async throws
    -> Muster_V1_ListKindsResponse
  {
    let namespace = context.caller.namespace
    let counts = try await answering {
      if let namespace { return try await self.context.store.counts(of: namespace) }
      return try await self.context.store.counts()
    }
    let workers = try await answering { try await self.context.store.workers() }
    let own = self.context.kinds
    let names = Set(own.map(\.name)).union(counts.map(\.kind)).union(workers.flatMap(\.kinds)).sorted()
    return .with {
      $0.kinds = names.map { name in
        var kind = (own.first { $0.name == name } ?? KindDefinition(name: name)).message(
          // What runs where is nothing to those who only hand in tasks.
          withExecutors: namespace == nil)
        kind.workers = UInt32(workers.count { $0.accepting && $0.kinds.contains(name) })
        for count in counts where count.kind == name { kind.byState[count.state.name] = UInt64(count.count) }
        return kind
      }
    }
  }

  private func summary(of name: String) async throws -> Muster_V1_WorkerSummary {
    let display = OriginalProver.displayName(name)
    guard let summary = try await summaries(Scope(Caller.inProcess, context.store)).first(where: { $0.name == display })
    else {
      throw noWorker(name)
    }
    return summary
  }

  private func noWorker(_ name: String) -> RPCError {
    RPCError(
      code: .notFound,
      message: "no worker is called '\(name.prefix(140))'; 'muster worker list' shows those that are connected")
  }

  private func summaries(_ scope: Scope) async throws -> [Muster_V1_WorkerSummary] {
    let roster = try await answering { try await context.store.workers() }
    let standing = try await answering { try await WorkerStanding.all(in: context) }
    var summaries: [Muster_V1_WorkerSummary] = []
    for worker in roster {
      let known = standing[worker.name] ?? WorkerStanding()
      let original = OriginalProver.isRosterName(worker.name)
      let running = try await runningTasks(of: worker, scope)
      let tally = context.conduct.tally(of: worker.name)
      summaries.append(
        .with {
          $0.name = OriginalProver.displayName(worker.name)
          $0.state =
            original
            ? "original" : !known.connected ? "grace" : worker.accepting && !known.draining ? "connected" : "draining"
          $0.kinds = worker.kinds.sorted()
          $0.slots = original ? 0 : UInt32(worker.capacity.slots)
          $0.slotsInUse = UInt32(original ? worker.used.slots : min(worker.used.slots, worker.capacity.slots))
          $0.memory = original ? 0 : worker.capacity.memory
          $0.gpus = original ? 0 : UInt32(worker.capacity.gpus)
          $0.connectedUnixMs = known.since?.milliseconds ?? 0
          $0.lastHeardUnixMs = known.lastHeard?.milliseconds ?? 0
          $0.build = known.build
          $0.done = tally.done
          $0.failed = tally.failed
          $0.invalid = tally.invalid
          $0.running = running
          $0.setAside = known.setAside.map { aside in
            .with {
              $0.kind = aside.kind
              $0.reason = aside.reason
              $0.untilUnixMs = aside.until.milliseconds
            }
          }
        })
    }
    return summaries
  }

  /// The first hundred tasks that a worker holds.
  private func runningTasks(of worker: RosterWorker, _ scope: Scope) async throws -> [Muster_V1_RunningTask] {
    let ids = try await answering { try await context.store.ids(of: Array(worker.held.sorted().prefix(100))) }
    let waiting = Set(try await answering { try await context.store.unstarted(of: worker.name) }.map(\.token.task))
    var running: [Muster_V1_RunningTask] = []
    for (task, id) in ids.sorted(by: { $0.key < $1.key }) {
      guard let found = try await answering({ try await context.store.record(id) })?.task else { continue }
      guard scope.covers(found) else { continue }
      running.append(
        .with {
          $0.id = id.text
          $0.kind = found.kind
          $0.attempt = UInt32(found.handouts)
          $0.started = !waiting.contains(task)
          $0.sinceUnixMs = found.started?.milliseconds ?? 0
        })
    }
    return running
  }
}

extension KindDefinition {
  /// - Parameter withExecutors: for someone who may run them.
  func message(withExecutors: Bool) -> Muster_V1_KindSummary {
    .with {
      $0.name = name
      if withExecutors {
        let programs = stages.map { stage in Muster_V1_Argv.with { $0.words = stage } }
        if let sandbox = sandbox.mode.message {
          $0.confinement.sandbox = sandbox
          $0.confinement.user = self.sandbox.user ?? ""
          $0.confinement.stages = programs
        } else {
          $0.stages = programs
        }
        $0.placeholders = placeholders
        $0.environment = environment
      }
      $0.verified = verifier != nil
      $0.timeoutMilliseconds = UInt64(max(timeout?.wholeMilliseconds ?? 0, 0))
      $0.leaseMilliseconds = UInt64(max(lease.wholeMilliseconds, 0))
      $0.maxAttempts = UInt32(clamping: maxAttempts)
      $0.slots = UInt32(needs.slots)
      $0.memory = needs.memory
      $0.gpus = UInt32(needs.gpus)
      $0.order = "\(order)"
    }
  }
}

extension Sandbox.Mode {
  /// Nil without a sandbox.
  fileprivate var message: Muster_V1_Sandbox? {
    switch self {
    case .none: nil
    case .user: .user
    case .isolated: .isolated
    }
  }
}
