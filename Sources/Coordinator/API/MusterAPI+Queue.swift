import CoordinatorAPI
import GRPCCore
import MusterCore
import TaskModel
import TaskStore

extension MusterAPI {
  /// Nothing is answered while the store does not answer: a queue of which nothing is known is no empty one.
  func getQueue(request: Muster_V1_GetQueueRequest, context: ServerContext) async throws -> Muster_V1_GetQueueResponse {
    try await answering {
      let store = self.context.store
      if let outage = store.outage { throw StoreError.away(outage) }
      let queued = try await store.queuedByKind()
      let roster = try await store.workers()
      let held = Dictionary(grouping: try await store.held(roster.flatMap(\.held)), by: \.kind)
      var kinds: [Muster_V1_QueuedKind] = []
      for name in Set(queued.keys).union(held.keys).sorted() {
        let runTime = try await self.context.runTimes.mean(of: name)
        kinds.append(self.message(name, queued: queued[name] ?? 0, held: held[name] ?? [], runTime))
      }
      let workers = self.message(roster, standing: try await WorkerStanding.all(in: self.context))
      return .with {
        $0.kinds = kinds
        $0.workers = workers
      }
    }
  }

  private func message(
    _ kind: String, queued: Int, held: [HeldTask], _ runTime: (mean: Duration, count: Int)
  ) -> Muster_V1_QueuedKind {
    let now = context.time.timestamp()
    return .with {
      $0.name = kind
      $0.queued = UInt64(max(queued, 0))
      // A kind that only tasks know takes what they take.
      $0.slots = UInt32(clamping: context.kind(kind).map { Int($0.needs.slots) } ?? held.map(\.slots).max() ?? 1)
      $0.heldMilliseconds = held.map { task in
        // What began this moment is running, and 0 says that it is not.
        task.started.map { UInt64(max((now - $0).wholeMilliseconds, 1)) } ?? 0
      }
      // Workers say how long their tasks ran, and may say anything.
      $0.meanRunNanoseconds = UInt64(min(max(runTime.mean.seconds * 1e9, 0), 1e18))
      $0.measured = UInt32(clamping: runTime.count)
    }
  }

  private func message(_ roster: [RosterWorker], standing: [String: WorkerStanding]) -> [Muster_V1_QueueWorker] {
    roster.compactMap { worker in
      let known = standing[worker.name] ?? WorkerStanding()
      let isOriginal = OriginalProver.isRosterName(worker.name)
      // One that is away and holds nothing is nobody's.
      guard known.connected || isOriginal || !worker.held.isEmpty else { return nil }
      return .with {
        $0.name = OriginalProver.displayName(worker.name)
        $0.tasks = UInt32(clamping: worker.held.count)
        $0.draining = !isOriginal && (known.draining || !worker.accepting)
      }
    }
  }
}
