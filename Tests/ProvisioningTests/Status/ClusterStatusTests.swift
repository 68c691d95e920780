import MusterCore
import RemoteHosts
import Testing

@testable import Provisioning

@Suite("The status of a cluster")
struct ClusterStatusTests {
  private let inventory = PlanFixture.three
  private let now = Timestamp(milliseconds: 1_800_000_000_000)

  /// Machines that have all that they shall have, as a plan leaves them.
  private func fleet(speaksOfLabels: Bool = true) throws -> (wanted: WantedCluster, fleet: [String: ObservedMachine]) {
    let wanted = try PlanFixture.wanted(inventory)
    let names = wanted.machines.map(\.name)
    var fleet = ModelFleet(names, speaksOfLabels: speaksOfLabels)
    let nodes = Dictionary(uniqueKeysWithValues: wanted.machines.map { ($0.name, $0.node.name) })
    fleet.carryOut(ClusterPlanner.plan(wanted, fleet.machines), nodes: nodes)
    var machines = fleet.observed(server: "m1")
    for name in names {
      machines[name]?.clock = now
      machines[name]?.changed = Timestamp(milliseconds: now.milliseconds - 3_600_000)
      for unit in WantedUnit.names {
        machines[name]?.units[unit]?.since = Timestamp(milliseconds: now.milliseconds - 60_000)
      }
    }
    return (wanted, machines)
  }

  private func status(
    _ wanted: WantedCluster, _ machines: [String: ObservedMachine], failing: [String: any CodedError] = [:]
  ) throws -> ClusterStatus {
    var answers = machines.mapValues { StatusAnswer.observed($0) }
    for (name, error) in failing { answers[name] = .failed(error) }
    let seen = machines.filter { failing[$0.key] == nil }
    return ClusterStatus(
      try PlanFixture.settings(inventory), answers, wanted: wanted, plan: ClusterPlanner.plan(wanted, seen))
  }

  @Test("all is well after a plan was carried out")
  func well() throws {
    let (wanted, machines) = try fleet()
    let status = try status(wanted, machines)
    #expect(status.isWell, "\(status.machines.filter { !$0.isWell })")
    #expect(status.machines.map(\.name) == ["m1", "w1", "w2"])
    let first = try #require(status.machines.first)
    #expect(first.service?.state == "active" && first.service?.age == .seconds(60))
    #expect(first.changeAge == .seconds(3600))
    #expect(first.node?.text == "Ready")
    #expect(status.otherNodes.isEmpty)
  }

  @Test("a service that stands still is said, and is drift")
  func stopped() throws {
    var (wanted, machines) = try fleet()
    machines["w1"]?.units["k3s-agent.service"]?.state = "failed"
    let status = try status(wanted, machines)
    #expect(!status.isWell)
    let w1 = try #require(status.machines.first { $0.name == "w1" })
    #expect(w1.service?.state == "failed" && !w1.isWell)
    #expect(w1.drift?.map(\.what).first == "starts k3s-agent.service")
    #expect(status.machines.allSatisfy { $0.isWell == ($0.name != "w1") })
  }

  @Test("a machine that does not answer has neither service nor drift, and its node is what the cluster says")
  func unreachable() throws {
    var (wanted, machines) = try fleet()
    machines["m1"]?.nodes?["w2"]?.isReady = false
    machines["m1"]?.nodes?["w2"]?.reason = "NodeStatusUnknown"
    let error = RemoteHostError(.unreachable, "w2: it refuses connections; start it")
    let status = try status(wanted, machines, failing: ["w2": error])
    let w2 = try #require(status.machines.first { $0.name == "w2" })
    #expect(w2.trouble?.message == error.message && w2.service == nil && w2.drift == nil && !w2.isWell)
    #expect(w2.node?.text == "NotReady" && w2.node?.reason == "NodeStatusUnknown")
    #expect(status.machines.count { $0.isWell } == 2)
  }

  @Test("the labels that a node lacks are its own drift, though a server gives them")
  func labels() throws {
    var (wanted, machines) = try fleet()
    machines["m1"]?.nodes?["w1"]?.labels?["fluidexnode"] = nil
    let status = try status(wanted, machines)
    let w1 = try #require(status.machines.first { $0.name == "w1" })
    #expect(w1.node?.missingLabels == ["fluidexnode=computation"])
    #expect(w1.drift?.count == 1)
    #expect(status.machines.first { $0.name == "m1" }?.isWell == true)
  }

  @Test("where the cluster does not say labels, those that were never given are missing")
  func silent() throws {
    var (wanted, machines) = try fleet(speaksOfLabels: false)
    #expect(try status(wanted, machines).isWell)
    machines["m1"]?.marks = []
    let w2 = try #require(try status(wanted, machines).machines.first { $0.name == "w2" })
    #expect(w2.node?.missingLabels.contains("nvidia.com/gpu.present=true") == true)
  }

  @Test("nodes that are cordoned, missing, or of nobody's are told from each other")
  func nodes() throws {
    var (wanted, machines) = try fleet()
    machines["m1"]?.nodes?["w1"]?.isSchedulable = false
    machines["m1"]?.nodes?["w2"] = nil
    machines["m1"]?.nodes?["old"] = ObservedNode(isReady: false, version: "v1.30.0+k3s1", isSchedulable: false)
    let status = try status(wanted, machines)
    #expect(status.machines.map { $0.node?.text } == ["Ready", "Ready,SchedulingDisabled", "missing"])
    #expect(status.machines.map { $0.node?.isWell } == [true, true, false])
    #expect(status.otherNodes.map(\.name) == ["old"])
    #expect(status.otherNodes.map(\.text) == ["NotReady,SchedulingDisabled"])
  }

  @Test("a cluster of which no server answers has unknown nodes")
  func headless() throws {
    let (wanted, machines) = try fleet()
    let error = RemoteHostError(.unreachable, "m1: gone; start it")
    let status = try status(wanted, machines, failing: ["m1": error])
    #expect(status.machines.map { $0.node?.text } == ["unknown", "unknown", "unknown"])
    #expect(!status.isWell)
  }

  @Test("bare machines are far from the plan")
  func bare() throws {
    let wanted = try PlanFixture.wanted(inventory)
    let status = try status(wanted, ModelFleet(["m1", "w1", "w2"]).machines)
    #expect(status.machines.allSatisfy { $0.service?.state == "not-found" && ($0.drift?.count ?? 0) > 5 })
  }

  @Test("nodes of different versions are told")
  func versions() throws {
    var (wanted, machines) = try fleet()
    for (node, version) in ["m1": "v1.31.12+k3s1", "w1": "v1.31.12+k3s1", "w2": "v1.30.1+k3s1"] {
      machines["m1"]?.nodes?[node]?.version = version
    }
    let status = try status(wanted, machines)
    #expect(status.isWell)
    #expect(status.remarks == ["the nodes have different versions: v1.30.1+k3s1 on w2; v1.31.12+k3s1 on m1 and w1"])
  }

  @Test("only those are told of that are meant")
  func only() throws {
    let (wanted, machines) = try fleet()
    let status = ClusterStatus(
      try PlanFixture.settings(inventory), machines.mapValues { .observed($0) }, only: ["w1"], wanted: wanted,
      plan: ClusterPlanner.plan(wanted, machines, only: ["w1"]))
    #expect(status.machines.map(\.name) == ["w1"] && status.isWell)
  }
}
