import Kubernetes
import Testing

@testable import WorkerDeployment

@Suite("How many workers can run on today's nodes") struct CapacityTests {
  @Test("one a node: those that have a worker and those that could; the rest is told what it waits for")
  func onePerNode() throws {
    var situation = WorkerExamples.situation(
      nodes: ["a", "b", "c"].map { WorkerExamples.node($0) } + [WorkerExamples.node("d", labels: [:])])
    situation.pods = [WorkerExamples.pod("p", on: "a"), WorkerExamples.pod("q", on: nil)]
    let capacity = try #require(Capacity(situation))
    #expect(capacity.placed == 1)
    #expect(capacity.room == 2)
    #expect(capacity.total == 3)
    #expect(capacity.sentence(for: 3) == "all 3 can run on today's nodes")
    #expect(
      capacity.sentence(for: 50).hasPrefix(
        "3 of 50 workers can run on today's nodes; the other 47 wait for nodes: of 4 nodes, 1 lacks the label "
          + "fluidexnode=computation and 3 have a worker already (one a node); give nodes the label"))
    #expect(capacity.sentence(for: -1) == "all 0 can run on today's nodes")
  }

  @Test("a worker that leaves makes room")
  func leaving() throws {
    var situation = WorkerExamples.situation(nodes: [WorkerExamples.node("a")])
    var pod = WorkerExamples.pod("p", on: "a")
    pod.meta.deletionTimestamp = try Time("2026-01-01T00:00:00Z")
    situation.pods = [pod]
    #expect(Capacity(situation)?.placed == 0)
    #expect(Capacity(situation)?.total == 1)
  }

  @Test("kept apart by zone, a zone has one")
  func zones() throws {
    var nodes = ["a", "b", "c", "d"].map { WorkerExamples.node($0) }
    for index in nodes.indices { nodes[index].slim.labels?["zone"] = index < 3 ? "x" : "y" }
    var situation = WorkerExamples.situation(nodes: nodes)
    situation.deployment?.spec?.template?.spec?.affinity?.podAntiAffinity?
      .requiredDuringSchedulingIgnoredDuringExecution?[0].topologyKey = "zone"
    #expect(Capacity(situation)?.total == 2)
  }

  @Test("merely preferred rules keep nobody from running")
  func preferred() throws {
    var situation = WorkerExamples.situation(nodes: [WorkerExamples.node("a", labels: [:])])
    situation.deployment?.spec?.template?.spec?.affinity = nil
    situation.nodes?[0].status?.allocatable?["pods"] = Quantity(7)
    #expect(Capacity(situation)?.total == 7)
  }

  @Test("a quota that is tighter than the nodes is what the rest waits for")
  func quotas() throws {
    var situation = WorkerExamples.situation(nodes: ["a", "b", "c"].map { WorkerExamples.node($0) })
    situation.quotas = [
      ResourceQuota(
        ObjectMeta(name: "few"), spec: .init(hard: ["pods": Quantity(2)]),
        status: .init(hard: ["pods": Quantity(2), "secrets": Quantity(1)], used: ["pods": Quantity(1)]))
    ]
    let capacity = try #require(Capacity(situation))
    #expect(capacity.total == 1)
    #expect(capacity.sentence(for: 5).contains("the other 4 wait for the quota 'few', which allows 1 more"))
    situation.quotas[0].spec?.scopes = ["BestEffort"]
    #expect(Capacity(situation)?.total == 3)
  }

  @Test("no nodes at all is told so")
  func none() throws {
    let capacity = try #require(Capacity(WorkerExamples.situation(nodes: [])))
    #expect(
      capacity.sentence(for: 1)
        == "0 of 1 worker can run on today's nodes; the other 1 waits for nodes: the cluster has no nodes; add nodes")
  }
}
