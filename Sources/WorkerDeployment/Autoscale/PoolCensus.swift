import MusterCore

/// A pool's workers, counted by what may be done with them: the cluster's pods and the coordinator's workers put together.
struct PoolCensus: Sendable {
  let pool: AutoscalePool
  let wanted: Int
  /// Connected, without a task, and may get one.
  private(set) var idle: [String] = []
  /// Not ready, and unknown to the coordinator.
  private(set) var pending: [String] = []
  /// Were chosen to go, and stayed: by an autoscaler that did not come to do it, or for a task that they had got.
  private(set) var strayMarks: [String] = []
  /// Still there, and told to end.
  private(set) var ending = 0
  /// Pods that are asked for and that nobody has made yet.
  let missing: Int
  /// Pods that are there and not told to end.
  let alive: Int

  init(_ pool: AutoscalePool, _ report: PoolReport, _ queue: QueueReport) {
    self.pool = pool
    wanted = max(report.wanted, 0)
    let there = report.pods.filter { !$0.isEnding }
    ending = report.pods.count - there.count
    alive = there.count
    missing = max(wanted - alive, 0)
    for pod in there {
      if let worker = queue.workers[pod.name] {
        // One that drains leaves and, as its pod stays, comes back: it counts, and is not touched meanwhile.
        if worker.tasks == 0 && !worker.isDraining { idle.append(pod.name) }
      } else if !pod.isReady {
        // One that is ready and that the coordinator does not know may be connecting anew: it is never taken for idle.
        pending.append(pod.name)
      }
    }
    // Pods over the number that is wanted are about to be deleted, and should be the marked ones.
    if alive <= wanted { strayMarks = there.filter(\.isMarked).map(\.name) }
  }

  /// Asked for, and not there yet.
  var awaited: Int { min(pending.count + missing, wanted) }
}
