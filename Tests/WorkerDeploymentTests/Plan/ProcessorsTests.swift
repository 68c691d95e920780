import Kubernetes
import Testing

@testable import WorkerDeployment

@Suite("Nodes of other processors, in a plan") struct ProcessorsTests {
  private func remarks(
    _ nodes: [(name: String, processor: String?, isMeant: Bool)], _ change: (inout WorkerValues) -> Void
  ) throws -> [String] {
    var values = TestValues.least
    change(&values)
    var observed = ObservedCluster()
    observed.abilities = TestValues.old
    observed.isNamespaceThere = false
    observed.nodes = try nodes.map { node in
      var labels: [String: JSONValue] = node.isMeant ? ["fluidexnode": "computation"] : [:]
      labels["kubernetes.io/arch"] = node.processor.map { .string($0) }
      let object = DynamicObject(["metadata": ["name": .string(node.name), "labels": .object(labels)]])
      return try JSONValue.object(object.content).decoded(as: Node.self)
    }
    return try DeploymentPlanner.plan(values, try WorkerObjects(values, TestValues.old).all(), observed).remarks
  }

  private let nodes: [(name: String, processor: String?, isMeant: Bool)] = [
    ("a", "amd64", true), ("b", "arm64", true), ("c", "arm64", true), ("other", "s390x", false), ("old", nil, true),
  ]

  @Test("of an image that was built, those that are meant for workers and get none are named in one sentence")
  func built() throws {
    #expect(
      try remarks(nodes) { $0.architecture = "amd64" } == [
        "the image is for amd64, and workers keep off nodes of other processors: b and c (arm64)"
      ])
    #expect(
      try remarks(nodes) {
        $0.architecture = "amd64"
        $0.affinity = .preferred
      } == [
        "the image is for amd64, and workers keep off nodes of other processors: b and c (arm64); other (s390x)"
      ])
    #expect(try remarks([("a", "amd64", true)]) { $0.architecture = "amd64" } == [])
  }

  @Test("an image of the user's own has to be for all of them")
  func own() throws {
    #expect(
      try remarks(nodes) { $0.image.isOwn = true } == [
        "the nodes for workers are of amd64 and arm64: see that the image 'registry.example/prover-cluster:client-3f2c1ab' "
          + "is for each of them"
      ])
    #expect(try remarks([("a", "arm64", true), ("b", "arm64", true)]) { $0.image.isOwn = true } == [])
  }

  @Test("pods of a built image demand their processor, whatever else is only preferred")
  func affinity() throws {
    for strictness in WorkerValues.Strictness.allCases {
      var values = TestValues.least
      values.architecture = "arm64"
      values.affinity = strictness
      let deployment = try #require(try TestValues.objects(values).last)
      let required = deployment[
        "spec", "template", "spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution",
        "nodeSelectorTerms"]
      // Several terms would be alternatives.
      #expect(required?.array?.count == 1)
      let demands = required?[0]?["matchExpressions"]?.array ?? []
      #expect(demands.contains(["key": "kubernetes.io/arch", "operator": "In", "values": ["arm64"]]))
      #expect(demands.count == (strictness == .required ? 2 : 1))
    }
  }
}
