import MusterCore
import SeededDice

@testable import WorkerDeployment

/// A planner over a simple model of a coordinator and a cluster, and what became of it.
struct AutoscaleSimulation {
  struct Step {
    var at: Double
    var wanted: Int
    var pods: Int
    var needed: Int
    var busy: Int
    var queued: Int
    var reason: AutoscaleDecision.Reason
  }

  var planner: AutoscalePlanner
  var pools: [SimulatedPool]
  /// Seconds between two looks.
  var tick = 10.0
  /// Mean seconds between two crashes of one worker. Nil: none.
  var crashes: Double?
  /// Stretches in which the coordinator says nothing new.
  var silences: [ClosedRange<Double>] = []
  /// The share of decisions that are lost on their way to the cluster.
  var lostDecisions = 0.0
  var random: Dice

  private(set) var steps: [Step] = []
  /// Seconds from the arrival of each task until it was begun for the first time.
  private(set) var waits: [Double] = []
  private var arrivals: [Arrival] = []
  private var queue: [String: [Int]] = [:]
  private var heads: [String: Int] = [:]
  private var begun: Set<Int> = []
  private var measured: [String: [Double]] = [:]
  private var lastReport = (at: 0.0, report: QueueReport())

  init(_ settings: AutoscaleSettings, _ pools: [SimulatedPool], seed: UInt64 = 1) throws {
    planner = try AutoscalePlanner(settings, pools: pools.map(\.pool))
    self.pools = pools
    random = Dice(seed: seed)
  }

  /// - Parameter rest: seconds to go on after the last arrival.
  mutating func run(_ arrivals: [Arrival], rest: Double) {
    self.arrivals = arrivals
    var next = 0
    let end = (arrivals.last?.at ?? 0) + rest
    var now = 0.0
    while now <= end {
      while next < arrivals.count, arrivals[next].at <= now {
        queue[arrivals[next].kind, default: []].append(next)
        next += 1
      }
      for index in pools.indices { pools[index].step(now, &random) }
      work(until: now)
      let silent = silences.contains { $0.contains(now) }
      if !silent { lastReport = (now, report(now)) }
      let decision = planner.plan(
        AutoscaleObservation(
          at: moment(now), queueAsOf: moment(lastReport.at), queue: lastReport.report,
          pools: Dictionary(uniqueKeysWithValues: pools.map { ($0.pool.name, $0.report) })))
      let isLost = lostDecisions > 0 && Double.random(in: 0..<1, using: &random) < lostDecisions
      for index in pools.indices {
        if let part = decision.pools[pools[index].pool.name] { pools[index].carryOut(part, isCutOff: isLost) }
      }
      steps.append(
        Step(
          at: now, wanted: pools.reduce(0) { $0 + $1.wanted }, pods: pools.reduce(0) { $0 + $1.pods.count },
          needed: decision.needed, busy: pools.reduce(0) { $0 + $1.busy }, queued: queued, reason: decision.reason))
      now += tick
    }
  }

  var queued: Int { queue.reduce(0) { $0 + $1.value.count - (heads[$1.key] ?? 0) } }
  var killedWithTasks: [String] { pools.flatMap(\.killedWithTasks) }

  private func moment(_ seconds: Double) -> Moment { Moment(nanoseconds: Int64(seconds * 1e9)) }

  private func report(_ now: Double) -> QueueReport {
    var workers: [String: QueueReport.Worker] = [:]
    for pool in pools { workers.merge(pool.workers) { first, _ in first } }
    let running = pools.flatMap { $0.pods.flatMap(\.running) }.map { run in
      (kind: arrivals[run.task].kind, age: now - (run.end - arrivals[run.task].runTime))
    }
    let kinds = Set(queue.keys).sorted().map { kind in
      let times = measured[kind] ?? []
      let mean = times.reduce(0, +) / Double(max(times.count, 1))
      return QueueReport.Kind(
        kind, queued: (queue[kind]?.count ?? 0) - (heads[kind] ?? 0),
        ages: running.filter { $0.kind == kind }.map { .seconds($0.age) },
        runTime: times.isEmpty ? nil : .init(mean: .seconds(mean), count: times.count))
    }
    return QueueReport(kinds: kinds, workers: workers)
  }

  private mutating func work(until now: Double) {
    for index in pools.indices {
      for pod in pools[index].pods.indices where pools[index].pods[pod].readyAt != nil {
        if let crashes, pools[index].pods[pod].endsAt == nil, Double.random(in: 0..<1, using: &random) < tick / crashes
        {
          // What it had goes back to the head of the queue.
          for task in pools[index].crash(pod, now) { giveBack(task) }
          continue
        }
        let ended = pools[index].pods[pod].running.filter { $0.end <= now }
        pools[index].pods[pod].running.removeAll { $0.end <= now }
        for run in ended {
          let kind = arrivals[run.task].kind
          measured[kind, default: []].append(arrivals[run.task].runTime)
          if measured[kind]?.count ?? 0 > 100 { measured[kind]?.removeFirst() }
        }
        guard pools[index].pods[pod].endsAt == nil, !pools[index].pods[pod].isDraining else { continue }
        let pool = pools[index].pool
        while pools[index].pods[pod].running.count < pool.slots, let task = take(for: pool) {
          pools[index].pods[pod].running.append((now + arrivals[task].runTime, task))
          if begun.insert(task).inserted { waits.append(now - arrivals[task].at) }
        }
      }
    }
  }

  private mutating func take(for pool: AutoscalePool) -> Int? {
    for kind in queue.keys.sorted() where pool.serves(kind) {
      let head = heads[kind] ?? 0
      guard let waiting = queue[kind], head < waiting.count else { continue }
      heads[kind] = head + 1
      return waiting[head]
    }
    return nil
  }

  private mutating func giveBack(_ task: Int) {
    let kind = arrivals[task].kind
    let head = heads[kind] ?? 0
    if head > 0 {
      heads[kind] = head - 1
      queue[kind]?[head - 1] = task
    } else {
      queue[kind]?.insert(task, at: 0)
    }
  }
}
