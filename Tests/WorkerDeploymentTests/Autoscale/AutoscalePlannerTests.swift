import MusterCore
import Testing

@testable import WorkerDeployment

@Suite("The autoscaler's decisions")
struct AutoscalePlannerTests {
  var settings = AutoscaleSettings(maximum: 50)
  let pool = AutoscalePool("a", maximum: 50)

  func kind(queued: Int, running: Int = 0, slots: Int = 1, mean: Double? = nil, name: String = "block")
    -> QueueReport.Kind
  {
    QueueReport.Kind(
      name, queued: queued, ages: Array(repeating: .zero, count: running), slots: slots,
      runTime: mean.map { .init(mean: .seconds($0 * 0.999), count: 1_000_000) })
  }

  /// Workers `NAME-0` and so on.
  func ready(_ count: Int, of name: String = "a", wanted: Int? = nil) -> PoolReport {
    PoolReport(wanted: wanted ?? count, pods: (0..<count).map { PoolReport.Pod("\(name)-\($0)") })
  }

  func workers(_ tasks: [Int], of name: String = "a") -> [String: QueueReport.Worker] {
    Dictionary(uniqueKeysWithValues: tasks.indices.map { ("\(name)-\($0)", .init(tasks: tasks[$0])) })
  }

  func seen(
    _ seconds: Double, _ kinds: [QueueReport.Kind], _ pools: [String: PoolReport],
    _ workers: [String: QueueReport.Worker] = [:]
  ) -> AutoscaleObservation {
    AutoscaleObservation(
      at: Moment(nanoseconds: Int64(seconds * 1e9)), queue: QueueReport(kinds: kinds, workers: workers), pools: pools)
  }

  @Test("From zero workers, work that is left, times its run time, over the drain window")
  func fromZero() throws {
    var planner = try AutoscalePlanner(settings, pools: [pool])
    let decision = planner.plan(seen(0, [kind(queued: 100, mean: 42)], ["a": ready(0)]))
    #expect(decision.desired == 7 && decision.needed == 7 && decision.reason == .raising)
    #expect(decision.why == "adding 7 workers to 'a' (0 to 7): 100 tasks need 7 workers to be done in 10m")
  }

  @Test("One task is one worker's, however long it runs; a kind that never ran is assumed to, and this is said")
  func assumption() throws {
    var planner = try AutoscalePlanner(settings, pools: [pool])
    let one = planner.plan(seen(0, [kind(queued: 1, mean: 36_000)], ["a": ready(0)]))
    #expect(one.desired == 1)
    let unknown = planner.plan(seen(1, [kind(queued: 20)], ["a": ready(0)]))
    #expect(unknown.desired == 2)
    #expect(unknown.why.hasSuffix("if those of 'block' take 1m each, for none has ended yet"))
  }

  @Test("Tasks that run for longer than the mean keep their workers, and others get some beside them")
  func overdue() throws {
    var planner = try AutoscalePlanner(settings, pools: [pool])
    var long = kind(queued: 10, mean: 60)
    long.ages = [.seconds(3600), .seconds(61), .seconds(30)]
    #expect(planner.plan(seen(0, [long], ["a": ready(3)], workers([1, 1, 1]))).needed == 4)
    // Before any has ended, the assumption is what they are measured by.
    long.runTime = nil
    #expect(planner.plan(seen(1, [long], ["a": ready(3)], workers([1, 1, 1]))).needed == 4)
  }

  @Test("Pending workers count as asked for")
  func pending() throws {
    var planner = try AutoscalePlanner(settings, pools: [pool])
    let pods = (0..<7).map { PoolReport.Pod("a-\($0)", isReady: false) }
    for second in 0..<100 {
      let decision = planner.plan(
        seen(Double(second), [kind(queued: 100, mean: 42)], ["a": PoolReport(wanted: 7, pods: second < 3 ? [] : pods)]))
      #expect(decision.isNothing && decision.reason == .pending)
      #expect(decision.why.hasPrefix("holding because 7 workers are asked for and not there yet"))
    }
  }

  @Test("Information that is old, or none: it holds, and says why")
  func stale() throws {
    var planner = try AutoscalePlanner(settings, pools: [pool])
    var old = seen(100, [kind(queued: 1000)], ["a": ready(0)])
    old.queueAsOf = Moment(nanoseconds: 80_000_000_000)
    #expect(planner.plan(old).why == "holding because the coordinator was last heard of 20s ago, and 15s is the limit")
    old.queueAsOf = old.at
    old.poolsAsOf = Moment(nanoseconds: 0)
    let cluster = planner.plan(old)
    #expect(cluster.why == "holding because the cluster was last heard of 1m40s ago, and 15s is the limit")
    #expect(cluster.isNothing && cluster.reason == .blind)
    #expect(planner.hold("the coordinator does not answer").why == "holding because the coordinator does not answer")
    let none = planner.plan(seen(101, [kind(queued: 5)], [:]))
    #expect(none.why == "holding because there is no deployment to scale; deploy the workers first")
  }

  @Test("Idle workers go after the window, those that are idle for longest first, and never a busy one")
  func down() throws {
    var planner = try AutoscalePlanner(settings, pools: [pool])
    for second in stride(from: 0.0, to: 300, by: 10) {
      // a-2 is busy at first, so that a-1 is idle for longer.
      let decision = planner.plan(
        seen(
          second, [kind(queued: 0, running: second < 100 ? 2 : 1, mean: 10_000)], ["a": ready(3)],
          workers([1, 0, second < 100 ? 1 : 0])))
      #expect(decision.isNothing && decision.reason == .downWindow)
    }
    let one = [kind(queued: 0, running: 1, mean: 10_000)]
    let first = planner.plan(seen(300, one, ["a": ready(3)], workers([1, 0, 0])))
    #expect(first.pools["a"]?.release == ["a-1"] && first.desired == 2 && first.reason == .lowering)
    #expect(first.why == "letting 1 worker of 'a' go (3 to 2): 1 task needs 1 worker to be done in 10m")

    var pods = ready(3, wanted: 2)
    pods.pods[1].isMarked = true
    pods.pods.swapAt(1, 2)
    // The deployment's controller has not come to it yet: the mark stays, and nothing is done twice.
    #expect(planner.plan(seen(301, one, ["a": pods], workers([1, 0, 0]))).isNothing)
    pods.pods.removeLast()
    let left: [String: QueueReport.Worker] = ["a-0": .init(tasks: 1), "a-2": .init(tasks: 0)]
    for second in stride(from: 310.0, through: 390, by: 10) {
      #expect(planner.plan(seen(second, one, ["a": pods], left)).isNothing)
    }
    let last = planner.plan(seen(395, one, ["a": pods], left))
    #expect(last.pools["a"]?.release == ["a-2"] && last.desired == 1)
  }

  @Test("A mark that was left on a pod that stays is taken away")
  func strayMark() throws {
    var planner = try AutoscalePlanner(settings, pools: [pool])
    var pods = ready(2)
    pods.pods[1].isMarked = true
    let decision = planner.plan(seen(0, [kind(queued: 0, running: 2, mean: 600)], ["a": pods], workers([1, 1])))
    #expect(decision.pools["a"]?.unmark == ["a-1"] && decision.desired == 2 && !decision.isNothing)
    #expect(decision.reason == .steady)
  }

  @Test("Workers with tasks in hand stay though fewer would do")
  func busy() throws {
    var planner = try AutoscalePlanner(settings, pools: [pool])
    var last = AutoscaleDecision(reason: .steady, why: "")
    for second in stride(from: 0.0, through: 1000, by: 10) {
      last = planner.plan(seen(second, [kind(queued: 0, running: 4, mean: 1)], ["a": ready(4)], workers([1, 1, 1, 1])))
      #expect(last.isNothing)
    }
    #expect(last.reason == .busy)
    #expect(last.why.hasPrefix("holding because 3 workers are too many, and all that could go have tasks in hand"))
  }

  @Test("Workers that the coordinator does not know, and those that others drain, are left alone")
  func unknown() throws {
    var planner = try AutoscalePlanner(settings, pools: [pool])
    var known = workers([0])
    known["a-0"]?.isDraining = true
    for second in stride(from: 0.0, through: 1000, by: 10) {
      #expect(planner.plan(seen(second, [], ["a": ready(3)], known)).isNothing)
    }
  }

  @Test("The maximum, the pools' maxima and the hard cap hold, pods that still end among it")
  func limits() throws {
    var settings = settings
    settings.maximum = 10
    settings.hardCap = 12
    var planner = try AutoscalePlanner(settings, pools: [pool])
    let many = [kind(queued: 10_000, mean: 700)]
    #expect(planner.plan(seen(0, many, ["a": ready(0)])).desired == 10)
    var report = ready(4)
    report.pods += (0..<6).map { PoolReport.Pod("old-\($0)", isEnding: true) }
    let capped = planner.plan(seen(1, many, ["a": report], workers([1, 1, 1, 1])))
    #expect(capped.desired == 6)
    report = ready(6)
    report.pods += (0..<6).map { PoolReport.Pod("old-\($0)", isEnding: true) }
    let held = planner.plan(seen(2, many, ["a": report], workers([1, 1, 1, 1, 1, 1])))
    #expect(held.isNothing && held.reason == .limited)
    #expect(held.why.hasPrefix("holding because the hard cap of 12 pods is reached, 6 of which still end"))
    let full = planner.plan(seen(3, many, ["a": ready(10)], workers(.init(repeating: 1, count: 10))))
    #expect(full.why == "holding because 10 workers are the maximum: 10000 tasks need 10000 workers to be done in 10m")
  }

  @Test("A kind that no pool serves is said; nothing is started for it")
  func unserved() throws {
    var pool = pool
    pool.kinds = ["block"]
    var planner = try AutoscalePlanner(settings, pools: [pool])
    let decision = planner.plan(seen(0, [kind(queued: 5, name: "other"), kind(queued: 0, slots: 9)], ["a": ready(0)]))
    #expect(decision.isNothing && decision.reason == .unserved && decision.why.contains("kind 'other'"))
  }

  @Test("More workers wait for the window where there is one")
  func upWindow() throws {
    var settings = settings
    settings.upWindow = .seconds(30)
    var planner = try AutoscalePlanner(settings, pools: [pool])
    #expect(planner.plan(seen(0, [], ["a": ready(0)])).reason == .steady)
    for second in stride(from: 10.0, through: 30, by: 10) {
      #expect(planner.plan(seen(second, [kind(queued: 100, mean: 60)], ["a": ready(0)])).reason == .upWindow)
    }
    #expect(planner.plan(seen(41, [kind(queued: 100, mean: 60)], ["a": ready(0)])).desired == 10)
  }

  @Test("A gap in what is known begins the window anew")
  func gap() throws {
    var planner = try AutoscalePlanner(settings, pools: [pool])
    for second in stride(from: 0.0, through: 290, by: 10) {
      #expect(planner.plan(seen(second, [], ["a": ready(2)], workers([0, 0]))).isNothing)
    }
    let decision = planner.plan(seen(400, [], ["a": ready(2)], workers([0, 0])))
    #expect(decision.reason == .downWindow)
    #expect(decision.why.hasPrefix("holding because the queue was watched for 0s only, and workers go after 5m"))
  }

  @Test(
    "Settings that cannot be are refused in a sentence",
    arguments: [
      { $0.minimum = 60 }, { $0.maximum = -1 }, { $0.hardCap = 10 }, { $0.drainWindow = .zero },
      { $0.period = .zero }, { $0.stalePatience = .seconds(1) }, { $0.downWindow = .seconds(-1) },
    ] as [@Sendable (inout AutoscaleSettings) -> Void])
  func refused(change: @Sendable (inout AutoscaleSettings) -> Void) {
    var settings = settings
    change(&settings)
    let error = #expect(throws: WorkerDeploymentError.self) { try AutoscalePlanner(settings, pools: [pool]) }
    #expect(error?.code == .badValue && error?.message.hasPrefix("autoscaling does not work with ") ?? false)
    #expect(throws: WorkerDeploymentError.self) { try AutoscalePlanner(self.settings, pools: [pool, pool]) }
    #expect(throws: WorkerDeploymentError.self) { try AutoscalePlanner(self.settings, pools: []) }
  }
}
