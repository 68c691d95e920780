import MusterCore
import Testing

@testable import WorkerDeployment

@Suite("Pools in order of preference")
struct AutoscalePoolsTests {
  let base = AutoscalePlannerTests()
  let pools = [
    AutoscalePool("a", maximum: 4), AutoscalePool("b", namespace: "b", maximum: 50),
    AutoscalePool("c", namespace: "c", maximum: 50, slots: 4, kinds: ["small"]),
  ]

  @Test("The first pool is filled first; what its maximum does not take goes to the next")
  func order() throws {
    var planner = try AutoscalePlanner(base.settings, pools: pools)
    let decision = planner.plan(
      base.seen(
        0, [base.kind(queued: 100, mean: 60)], ["a": base.ready(0), "b": base.ready(0), "c": base.ready(0)]))
    #expect(decision.pools.mapValues(\.desired) == ["a": 4, "b": 6, "c": 0])
  }

  @Test("Work does not move to a better pool while workers of another one are there")
  func sticky() throws {
    var planner = try AutoscalePlanner(base.settings, pools: pools)
    let decision = planner.plan(
      base.seen(
        0, [base.kind(queued: 30, mean: 60)], ["a": base.ready(0), "b": base.ready(3, of: "b")],
        base.workers([1, 1, 1], of: "b")))
    #expect(decision.isNothing && decision.reason == .steady)
  }

  @Test("Small tasks share a worker; those of three slots of four have one each")
  func slots() throws {
    let pool = AutoscalePool("a", maximum: 50, slots: 4)
    var planner = try AutoscalePlanner(base.settings, pools: [pool])
    let small = planner.plan(base.seen(0, [base.kind(queued: 100, mean: 60)], ["a": base.ready(0)]))
    #expect(small.desired == 3)
    let large = planner.plan(base.seen(1, [base.kind(queued: 100, slots: 3, mean: 60)], ["a": base.ready(0)]))
    #expect(large.desired == 10)
    let both = planner.plan(
      base.seen(
        2, [base.kind(queued: 10, mean: 60), base.kind(queued: 20, mean: 60, name: "other")], ["a": base.ready(0)]))
    #expect(both.desired == 1)
  }

  @Test("A kind that only one pool serves is given its workers before others take them")
  func constrained() throws {
    var settings = base.settings
    settings.maximum = 6
    let pools = [
      AutoscalePool("a", maximum: 4, kinds: ["gpu", "any"]),
      AutoscalePool("b", namespace: "b", maximum: 4, kinds: ["any"]),
    ]
    var planner = try AutoscalePlanner(settings, pools: pools)
    let decision = planner.plan(
      base.seen(
        0, [base.kind(queued: 40, mean: 60, name: "any"), base.kind(queued: 20, mean: 60, name: "gpu")],
        ["a": base.ready(0), "b": base.ready(0)]))
    #expect(decision.pools.mapValues(\.desired) == ["a": 4, "b": 2])
  }

  @Test("A pool that finds no nodes is left for the next, and tried again later; its requests are taken back")
  func full() throws {
    var planner = try AutoscalePlanner(base.settings, pools: Array(pools.prefix(2)))
    let work = [base.kind(queued: 35, running: 5, mean: 60)]
    var a = base.ready(4)
    a.pods[2].isReady = false
    a.pods[3].isReady = false
    var last = AutoscaleDecision(reason: .steady, why: "")
    for second in stride(from: 0.0, through: 610, by: 10) {
      last = planner.plan(base.seen(second, work, ["a": a, "b": base.ready(0)], base.workers([1, 1])))
      if second <= 600 { #expect(last.isNothing, "\(second) \(last.why)") }
    }
    #expect(last.pools["a"]?.desired == 2 && Set(last.pools["a"]?.withdraw ?? []) == ["a-2", "a-3"])
    #expect(last.pools["b"]?.desired == 2)
    let after = planner.plan(
      base.seen(
        620, [base.kind(queued: 60, running: 2, mean: 60)],
        ["a": base.ready(2), "b": base.ready(0, of: "b", wanted: 2)],
        base.workers([1, 1])))
    #expect(after.pools["a"]?.desired == 2 && after.pools["b"]?.desired == 5)
  }

  @Test("A minimum is kept by what is there, then by the first pool")
  func minimum() throws {
    var settings = base.settings
    settings.minimum = 3
    var planner = try AutoscalePlanner(settings, pools: Array(pools.prefix(2)))
    let decision = planner.plan(
      base.seen(0, [], ["a": base.ready(0), "b": base.ready(1, of: "b")], base.workers([0], of: "b")))
    #expect(decision.pools.mapValues(\.desired) == ["a": 2, "b": 1])
  }

  @Test("Numbers from outside that cannot be do no harm")
  func nonsense() throws {
    var planner = try AutoscalePlanner(base.settings, pools: pools)
    let kinds = [
      QueueReport.Kind(
        "x", queued: .max, slots: .min, runTime: .init(mean: .seconds(Int64.max), count: .max)),
      QueueReport.Kind(
        "y", queued: .min, ages: [.seconds(-5)], slots: 0, runTime: .init(mean: .seconds(-5), count: -1)),
    ]
    let decision = planner.plan(
      base.seen(0, kinds, ["a": PoolReport(wanted: -3), "b": base.ready(0), "c": base.ready(0)]))
    #expect((0...50).contains(decision.desired))
  }
}
