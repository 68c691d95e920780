import Testing

@testable import Provisioning

@Suite("Plans of resets")
struct ResetPlannerTests {
  @Test("a reset after any number of actions leaves machines as they were", arguments: [0, 2, 5])
  func anywhere(offset: Int) throws {
    let wanted = try PlanFixture.wanted(PlanFixture.three)
    let names = wanted.machines.map(\.name)
    let nodes = Dictionary(uniqueKeysWithValues: wanted.machines.map { ($0.name, $0.node.name) })
    var bare = ModelFleet(names)
    bare.machines["w1"]?.files["/etc/rancher/k3s/config.yaml"] = ObservedFile(
      .regular, mode: 0o640, user: 7, size: 3, digest: "ab")
    bare.machines["w1"]?.packages["conntrack"] = "1"
    bare.machines["w1"]?.files["/usr/local/bin/k3s"] = ObservedFile(.link, mode: 0o777)
    bare.machines["w1"]?.links["/usr/local/bin/k3s"] = "/opt/k3s"
    let whole = ClusterPlanner.plan(wanted, bare.observed(server: "m1"))
    for count in stride(from: offset, through: whole.actions.count, by: 6) {
      var fleet = bare
      for action in whole.actions.prefix(count) { fleet.carryOut(action, nodes) }
      let reset = ResetPlanner.plan(wanted.machines.map { ($0.name, $0.node.name) }, fleet.observed(server: "m1"))
      fleet.carryOut(reset, nodes: nodes)
      for name in names {
        // A sysctl that was not there cannot be taken away again.
        var after = fleet.machines[name]
        after?.sysctls = bare.machines[name]?.sysctls ?? [:]
        #expect(after == bare.machines[name])
      }
      #expect(ResetPlanner.plan([("m1", "m1")], fleet.machines).isEmpty)
    }
  }

  @Test("a reset leaves the kernel as it was, though power was cut after any action before it")
  func power() throws {
    let wanted = try PlanFixture.wanted(PlanFixture.three)
    let names = wanted.machines.map { ($0.name, $0.node.name) }
    let nodes = Dictionary(uniqueKeysWithValues: names)
    let bare = ModelFleet(names.map(\.0))
    let whole = ClusterPlanner.plan(wanted, bare.observed(server: "m1"))
    func expectNothingLeft(_ fleet: ModelFleet, _ what: Comment) {
      for (name, _) in names {
        let (before, after) = (bare.machines[name], fleet.machines[name])
        #expect(after?.modules == before?.modules, what)
        #expect(after?.sysctls.filter { before?.sysctls[$0.key] != nil } == before?.sysctls, what)
      }
    }
    for count in 0...whole.actions.count {
      var fleet = bare
      for action in whole.actions.prefix(count) { fleet.carryOut(action, nodes) }
      fleet.boot()
      fleet.carryOut(ClusterPlanner.plan(wanted, fleet.observed(server: "m1")), nodes: nodes)
      let reset = ResetPlanner.plan(names, fleet.observed(server: "m1"))
      var undone = fleet
      undone.carryOut(reset, nodes: nodes)
      expectNothingLeft(undone, "an apply that was cut after \(count) actions")
      if count == whole.actions.count {
        for undoing in 0...reset.actions.count {
          var half = fleet
          for action in reset.actions.prefix(undoing) { half.carryOut(action, nodes) }
          half.boot()
          half.carryOut(ResetPlanner.plan(names, half.observed(server: "m1")), nodes: nodes)
          expectNothingLeft(half, "a reset that was cut after \(undoing) actions")
        }
      }
    }
  }

  @Test("newest first; k3s's things go after its service; a server that stays forgets the node")
  func order() throws {
    let record = MachineRecord([
      .trace("/var/lib/rancher/k3s"), .directory("/etc/rancher"), .package("ipset"), .package("libipset13"),
      .newFile("/etc/systemd/system/k3s-agent.service"), .unit("k3s-agent.service"),
    ])
    var machine = ObservedMachine()
    machine.record = record
    machine.units["k3s-agent.service"] = ObservedUnit(isLoaded: true, state: "active", isEnabled: true)
    var server = ObservedMachine()
    server.nodes = ["w1": ObservedNode(isReady: true)]
    let plan = ResetPlanner.plan([("w1", "w1")], ["w1": machine, "m1": server], helper: "m1")
    #expect(
      plan.actions.map(\.deed) == [
        .retire("k3s-agent.service"), .forgetNode("w1"), .removeTraces(["/var/lib/rancher/k3s"]),
        .undo(.newFile("/etc/systemd/system/k3s-agent.service")), .removePackages(["ipset", "libipset13"]),
        .undo(.directory("/etc/rancher")), .reloadUnits, .closeRecord,
      ])
  }

  @Test("a server leaves the cluster before it is stopped")
  func server() throws {
    var leaving = ObservedMachine()
    leaving.record = MachineRecord([.unit("k3s.service")])
    leaving.units["k3s.service"] = ObservedUnit(isLoaded: true, state: "active", isEnabled: true)
    var staying = ObservedMachine()
    staying.nodes = ["m2": ObservedNode(isReady: true)]
    let plan = ResetPlanner.plan([("m2", "m2")], ["m2": leaving, "m1": staying], helper: "m1")
    #expect(plan.actions.map(\.deed) == [.forgetNode("m2"), .retire("k3s.service"), .closeRecord])
    #expect(plan.actions.map(\.machine) == ["m1", "m2", "m2"] && plan.needs == ["m2": ["m1"]])
  }

  @Test("a node that an earlier reset could not take out goes, unless its machine runs")
  func leftNode() throws {
    var staying = ObservedMachine()
    staying.nodes = ["w1": ObservedNode(isReady: false)]
    var machine = ObservedMachine()
    let plan = ResetPlanner.plan([("w1", "w1")], ["w1": machine, "m1": staying], helper: "m1")
    #expect(plan.actions.map(\.deed) == [.forgetNode("w1")] && plan.actions.map(\.machine) == ["m1"])
    machine.units["k3s-agent.service"] = ObservedUnit(isLoaded: true, state: "active", isEnabled: true)
    let other = ResetPlanner.plan([("w1", "w1")], ["w1": machine, "m1": staying], helper: "m1")
    #expect(other.isEmpty && other.remarks.count == 1)
  }

  @Test("where k3s was there before, only what Muster has put goes")
  func older() {
    var machine = ObservedMachine()
    machine.record = MachineRecord([.replacedFile("/usr/local/bin/k3s")])
    let plan = ResetPlanner.plan([("w1", "w1")], ["w1": machine])
    #expect(plan.actions.map(\.deed) == [.undo(.replacedFile("/usr/local/bin/k3s")), .closeRecord])
  }

  @Test("without a record, what a run that was cut has left of Muster's own goes")
  func remains() {
    var machine = ObservedMachine()
    machine.hasRemains = true
    let plan = ResetPlanner.plan([("w1", "w1")], ["w1": machine])
    #expect(plan.actions.map(\.deed) == [.closeRecord] && plan.remarks.isEmpty)
  }

  @Test("without a record nothing is undone")
  func nothing() {
    let plan = ResetPlanner.plan([("w1", "w1")], ["w1": ObservedMachine()])
    #expect(plan.isEmpty && plan.remarks.count == 1)
  }
}
