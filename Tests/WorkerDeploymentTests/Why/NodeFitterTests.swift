import Kubernetes
import Testing

@testable import WorkerDeployment

@Suite("Which nodes could have a worker") struct NodeFitterTests {
  private func misfits(_ node: WorkerNode, _ change: (inout WorkersSituation) -> Void = { _ in }) throws -> [NodeMisfit]
  {
    var situation = WorkerExamples.situation(nodes: [node])
    change(&situation)
    return try #require(NodeFitter(situation)).misfits(node)
  }

  @Test(
    "the document's spellings, and slips of the hand, are recognised; other words are not",
    arguments: [
      ("fluidexnode/computation", "", true), ("fluidexnode/computation", "true", true),
      ("fluidexnode/compuation", "", true), ("fluidexnode", "compuation", true), ("FluidexNode", "computation", true),
      ("fluidex-node", "computation", true), ("fluidexnode", "storage", false), ("kubernetes.io/hostname", "a", false),
      ("fluidexnode", "computation", false), ("fluidexnode/storage", "", false),
    ])
  func spelling(key: String, value: String, isSlip: Bool) {
    #expect(Spelling.isSlip(key: key, value: value, for: NodeLabel(key: "fluidexnode", value: "computation")) == isSlip)
  }

  @Test("short words must be right: gpu is not cpu")
  func short() {
    #expect(!Spelling.isClose("gpu", "cpu"))
    #expect(Spelling.isClose("compuation", "computation"))
    #expect(!Spelling.isClose(String(repeating: "a", count: 400), String(repeating: "a", count: 399)))
  }

  @Test("a slip in a value is overwritten, for kubectl does not remove and add one key at once")
  func commands() {
    let wanted = NodeLabel(key: "dedicated", value: "computation")
    #expect(
      NodeObstacles.retaint(.init(key: "dedicated", effect: "NoSchedule", value: "compuation"), wanted, ["a", "b"])
        == "mend the taint with 'kubectl taint node a b dedicated=computation:NoSchedule --overwrite'")
    #expect(
      NodeObstacles.relabel("dedicated=compuation", wanted)
        == "mend the label with 'kubectl label node -l dedicated=compuation dedicated=computation --overwrite'")
  }

  @Test("a node of another processor is told so, and nobody is told to label it")
  func processors() throws {
    let own = ["fluidexnode": "computation", "kubernetes.io/arch": "amd64"]
    let other = ["fluidexnode": "computation", "kubernetes.io/arch": "arm64"]
    var situation = WorkerExamples.situation(nodes: [
      WorkerExamples.node("a", labels: own), WorkerExamples.node("b", labels: other),
      WorkerExamples.node("c", labels: ["kubernetes.io/arch": "arm64"]),
    ])
    situation.deployment?.spec?.template?.spec?.affinity?.nodeAffinity?
      .requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms[0].matchExpressions?
      .append(.init("kubernetes.io/arch", "In", ["amd64"]))
    let fitter = try #require(NodeFitter(situation))
    #expect(fitter.demands.label == NodeLabel(key: "fluidexnode", value: "computation"))
    #expect(
      fitter.nodes.map { fitter.misfits($0) } == [
        [], [.processor(has: "arm64", wanted: "amd64")], [.label("fluidexnode=computation")],
      ])
    let obstacles = NodeObstacles(fitter)
    #expect(obstacles.sentence.contains("1 is of arm64, and the image is for amd64"))
    #expect(obstacles.cures.last == "add nodes of amd64, or deploy from a machine of the nodes' processor")
    #expect(
      NodeLine.all(situation)?.map(\.obstacle) == [nil, "is of arm64, and the image is for amd64"])
  }

  @Test("a node without the label, cordoned, tainted, not ready or taken is none")
  func reasons() throws {
    #expect(try misfits(WorkerExamples.node("a")) == [])
    #expect(try misfits(WorkerExamples.node("a", labels: [:])) == [.label("fluidexnode=computation")])
    var node = WorkerExamples.node("a")
    node.spec = .init(
      unschedulable: true, taints: [.init(key: "node.kubernetes.io/unschedulable", effect: "NoSchedule")])
    #expect(try misfits(node) == [.cordoned])
    node = WorkerExamples.node("a")
    node.status?.conditions = [Condition(type: "Ready", status: "Unknown")]
    node.spec = .init(taints: [.init(key: "node.kubernetes.io/unreachable", effect: "NoExecute")])
    #expect(try misfits(node) == [.notReady])
    node = WorkerExamples.node("a")
    node.spec = .init(taints: [
      .init(key: "dedicated", effect: "NoSchedule", value: "computation"), .init(key: "x", effect: "PreferNoSchedule"),
    ])
    #expect(try misfits(node) == [])
    node.spec = .init(taints: [.init(key: "dedicated", effect: "NoSchedule", value: "gpu")])
    #expect(try misfits(node) == [.taint(key: "dedicated", value: "gpu", effect: "NoSchedule")])
    node.spec = .init(taints: [.init(key: "dedicated/compuation", effect: "NoExecute")])
    #expect(
      try misfits(node) == [
        .misspeltTaint(
          has: .init(key: "dedicated/compuation", effect: "NoExecute"),
          wanted: NodeLabel(key: "dedicated", value: "computation"))
      ])
  }

  @Test("a worker that is there takes its node, until it is over; one that leaves says so")
  func taken() throws {
    let node = WorkerExamples.node("a")
    #expect(try misfits(node) { $0.pods = [WorkerExamples.pod("p", on: "a")] } == [.taken(isLeaving: false)])
    #expect(
      try misfits(node) {
        var pod = WorkerExamples.pod("p", on: "a")
        pod.status?.phase = "Failed"
        $0.pods = [pod]
      } == [])
    var leaving = WorkerExamples.pod("p", on: "a")
    leaving.meta.deletionTimestamp = try Time("2026-01-01T00:00:00Z")
    let pod = leaving
    #expect(try misfits(node) { $0.pods = [pod] } == [.taken(isLeaving: true)])
  }

  @Test("resources are what the node gives less what all pods on it take")
  func resources() throws {
    let node = WorkerExamples.node("a", cpu: 64)
    func load(_ cpu: Int64) -> NodeLoad {
      var load = NodeLoad()
      load.add(["cpu": Quantity(cpu)])
      return load
    }
    let ask: @Sendable (inout WorkersSituation) -> Void = { situation in
      situation.deployment?.spec?.template?.spec?.containers[0].resources = .init(requests: ["cpu": Quantity(8)])
      situation.deployment?.spec?.template?.spec?.affinity?.podAntiAffinity = nil
    }
    #expect(
      try misfits(node) {
        ask(&$0)
        $0.loads = ["a": load(60)]
      } == [.resources([.init(resource: "cpu", asked: Quantity(8), free: Quantity(4))])])
    var situation = WorkerExamples.situation(nodes: [node])
    ask(&situation)
    situation.loads = ["a": load(20)]
    #expect(try #require(NodeFitter(situation)).room(node) == 5)
    #expect(Capacity(situation)?.total == 5)
    situation.nodes?[0].status?.allocatable?["pods"] = Quantity(3)
    #expect(Capacity(situation)?.total == 2)
  }

  @Test("a pod asks for its containers together, or its largest init container, beside its sidecars")
  func sums() throws {
    func needs(_ cpu: String, _ policy: String? = nil) throws -> ContainerNeeds {
      ContainerNeeds(restartPolicy: policy, resources: .init(requests: ["cpu": try Quantity(cpu)]))
    }
    func cpu(_ containers: [ContainerNeeds], _ initial: [ContainerNeeds]) -> Quantity? {
      ContainerNeeds.sum(containers, initial: initial, overhead: ["cpu": Quantity(1)])["cpu"]
    }
    #expect(cpu([try needs("1"), try needs("500m")], []) == (try Quantity("2500m")))
    #expect(cpu([try needs("1")], [try needs("4"), try needs("3")]) == Quantity(5))
    #expect(cpu([try needs("1")], [try needs("2", "Always"), try needs("4")]) == Quantity(7))
    #expect(cpu([try needs("5")], [try needs("2", "Always"), try needs("4")]) == Quantity(8))
    #expect(ContainerNeeds(resources: .init(limits: ["cpu": Quantity(2)])).requests == ["cpu": Quantity(2)])
  }

  @Test("tolerations are matched as by the server")
  func tolerations() {
    func tolerates(_ toleration: Toleration, _ taint: Node.Taint) -> Bool {
      WorkerDemands(PodTemplateSpec(spec: PodSpec(containers: [], tolerations: [toleration]))).tolerate(taint)
    }
    let taint = Node.Taint(key: "dedicated", effect: "NoSchedule", value: "computation")
    #expect(tolerates(Toleration(key: "dedicated", operator: "Equal", value: "computation"), taint))
    #expect(tolerates(Toleration(key: "dedicated", value: "computation", effect: "NoSchedule"), taint))
    #expect(!tolerates(Toleration(key: "dedicated", value: "computation", effect: "NoExecute"), taint))
    #expect(tolerates(Toleration(operator: "Exists"), taint))
    #expect(tolerates(Toleration(key: "dedicated", operator: "Exists"), taint))
    #expect(!tolerates(Toleration(key: "dedicated", operator: "Equal"), taint))
    #expect(!tolerates(Toleration(key: "dedicated", operator: "Odd", value: "computation"), taint))
  }
}
