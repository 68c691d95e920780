import SeededDice

@testable import WorkerDeployment

/// A deployment with a controller, a scheduler and kubelets, in seconds of a simulation.
struct SimulatedPool {
  struct Pod {
    var name: String
    /// When it became ready; nil: not yet.
    var readyAt: Double?
    /// When it will be; nil: no node has room.
    var startsAt: Double?
    var isMarked = false
    var isDraining = false
    /// When it is gone; nil: it was not told to end.
    var endsAt: Double?
    /// Ends of what it runs, and which tasks these are.
    var running: [(end: Double, task: Int)] = []
  }

  let pool: AutoscalePool
  /// Pods for which there are nodes.
  var nodes: Int
  /// Seconds from a pod's creation until it works.
  var startUp: ClosedRange<Double>
  var wanted = 0
  var pods: [Pod] = []
  private var made = 0
  /// Pods that were deleted with a task in hand, which must not be.
  private(set) var killedWithTasks: [String] = []

  init(_ pool: AutoscalePool, nodes: Int, startUp: ClosedRange<Double>) {
    self.pool = pool
    self.nodes = nodes
    self.startUp = startUp
  }

  /// What the controller, the scheduler and the kubelets do until `now`.
  mutating func step(_ now: Double, _ random: inout Dice) {
    pods.removeAll { ($0.endsAt ?? .infinity) <= now }
    var alive = pods.indices.filter { pods[$0].endsAt == nil }
    while alive.count < wanted {
      made += 1
      pods.append(Pod(name: "\(pool.name)-\(made)"))
      alive.append(pods.count - 1)
    }
    if alive.count > wanted {
      // As a ReplicaSet's controller ranks them: not ready ones first, then by deletion cost, then the latest.
      let ranked = alive.sorted { a, b in
        let (a, b) = (pods[a], pods[b])
        if (a.readyAt == nil) != (b.readyAt == nil) { return a.readyAt == nil }
        if a.isMarked != b.isMarked { return a.isMarked }
        return (a.readyAt ?? 0) > (b.readyAt ?? 0)
      }
      for index in ranked.prefix(alive.count - wanted) {
        if !pods[index].running.isEmpty { killedWithTasks.append(pods[index].name) }
        pods[index].endsAt = now + (pods[index].readyAt == nil ? 0 : 5)
      }
    }
    // Whoever was told to drain and not deleted has left, and is started again.
    for index in pods.indices where pods[index].isDraining && pods[index].endsAt == nil { _ = crash(index, now) }
    var free = nodes - pods.count { $0.startsAt != nil || $0.readyAt != nil }
    for index in pods.indices where pods[index].endsAt == nil && pods[index].readyAt == nil {
      if pods[index].startsAt == nil, free > 0 {
        pods[index].startsAt = now + Double.random(in: startUp, using: &random)
        free -= 1
      }
      if let start = pods[index].startsAt, start <= now { pods[index].readyAt = start }
    }
  }

  /// A worker's program dies and is started again in the same pod.
  ///
  /// - Returns: the tasks that it had.
  mutating func crash(_ index: Int, _ now: Double) -> [Int] {
    let lost = pods[index].running.map(\.task)
    pods[index].running = []
    pods[index].readyAt = nil
    pods[index].isDraining = false
    pods[index].startsAt = now + startUp.upperBound
    return lost
  }

  /// - Parameter isCutOff: the workers are told, and the replicas are not set any more.
  mutating func carryOut(_ part: AutoscaleDecision.Pool, isCutOff: Bool) {
    for index in pods.indices {
      if part.unmark.contains(pods[index].name) { pods[index].isMarked = false }
      if part.release.contains(pods[index].name) { (pods[index].isMarked, pods[index].isDraining) = (true, true) }
    }
    if !isCutOff { wanted = part.desired }
  }

  var report: PoolReport {
    PoolReport(
      wanted: wanted,
      pods: pods.map {
        PoolReport.Pod($0.name, isReady: $0.readyAt != nil, isEnding: $0.endsAt != nil, isMarked: $0.isMarked)
      })
  }

  /// As the coordinator knows them.
  var workers: [String: QueueReport.Worker] {
    var workers: [String: QueueReport.Worker] = [:]
    for pod in pods where pod.readyAt != nil && pod.endsAt == nil {
      workers[pod.name] = QueueReport.Worker(tasks: pod.running.count, isDraining: pod.isDraining)
    }
    return workers
  }

  var busy: Int { pods.count { !$0.running.isEmpty && $0.endsAt == nil } }
}
