import CoordinatorAPI
import MusterCore
import WorkerDeployment

/// A coordinator as an autoscaler hears it, over one connection.
struct ConnectedCoordinator: AutoscaleObserver {
  let client: CoordinatorClient

  func queue() async throws -> QueueReport { QueueReport(try await client.queue()) }

  func drain(_ worker: String) async throws -> Int { try await client.drainWorker(worker).running.count }
}

extension QueueReport {
  init(_ answer: Muster_V1_GetQueueResponse) {
    self.init(
      kinds: answer.kinds.map { kind in
        Kind(
          kind.name, queued: Int(clamping: kind.queued),
          ages: kind.heldMilliseconds.map { .milliseconds(Int64(clamping: $0)) }, slots: Int(kind.slots),
          runTime: kind.measured == 0
            ? nil
            : RunTime(mean: .nanoseconds(Int64(clamping: kind.meanRunNanoseconds)), count: Int(kind.measured)))
      },
      workers: Dictionary(
        answer.workers.map { ($0.name, Worker(tasks: Int($0.tasks), isDraining: $0.draining)) },
        // An original client and a worker may have one name; what one of them has in hand counts.
        uniquingKeysWith: { Worker(tasks: $0.tasks + $1.tasks, isDraining: $0.isDraining || $1.isDraining) }))
  }
}
