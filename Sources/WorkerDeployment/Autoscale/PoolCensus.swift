import MusterCore

/// A pool's workers, counted by what may be done with them: the cluster's pods and the coordinator's workers put together.
struct PoolCensus: Sendable {
  let pool: AutoscalePool
  let wanted: Int
  /// Connected, without a task, and may get one.
  private(set) var idle: [String] = []
  /// Were chosen to go, and get no more tasks: those that still run one first, since they would be the last to go.
  private(set) var draining: [String] = []
  /// Those of ``draining`` that have no task in hand.
  private(set) var drained: Set<String> = []
  /// Drain because somebody else said so: no capacity, and none of ours to touch.
  private(set) var drainingForOthers = 0
  /// Not ready, and unknown to the coordinator.
  private(set) var pending: [String] = []
  /// Marked though they do not drain: chosen by an autoscaler that did not come to do it.
  private(set) var strayMarks: [String] = []
  /// Still there, and told to end.
  private(set) var ending = 0
  /// Have tasks in hand and do not drain.
  private(set) var busy = 0
  /// Pods that are asked for and that nobody has made yet.
  let missing: Int
  /// Pods that are there and not told to end.
  let alive: Int

  init(_ pool: AutoscalePool, _ report: PoolReport, _ queue: QueueReport) {
    self.pool = pool
    wanted = max(report.wanted, 0)
    var alive = 0
    var drainingBusy: [String] = []
    for pod in report.pods {
      if pod.isEnding {
        ending += 1
        continue
      }
      alive += 1
      guard let worker = queue.workers[pod.name] else {
        // One that is ready and that the coordinator does not know may be connecting anew: it is never taken for idle.
        if !pod.isReady { pending.append(pod.name) }
        if pod.isMarked && pod.isReady { strayMarks.append(pod.name) }
        continue
      }
      switch (worker.isDraining, pod.isMarked) {
      case (true, true):
        if worker.tasks == 0 { drained.insert(pod.name) } else { drainingBusy.append(pod.name) }
      case (true, false): drainingForOthers += 1
      case (false, let isMarked):
        if isMarked { strayMarks.append(pod.name) }
        if worker.tasks == 0 { idle.append(pod.name) } else { busy += 1 }
      }
    }
    self.alive = alive
    missing = max(wanted - alive, 0)
    // Pods over the number that is wanted are about to be deleted; the chosen ones are, and do not count a second time.
    draining = drainingBusy + drained.sorted().dropFirst(max(alive - wanted, 0))
  }

  /// Workers that there are or will be, without those that go.
  var base: Int { max(wanted - draining.count - drainingForOthers, 0) }
  /// Asked for, and not there yet.
  var awaited: Int { min(pending.count + missing, base) }
}
