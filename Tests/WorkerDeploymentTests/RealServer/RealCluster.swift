import Foundation
import Kubernetes
import MusterCore
import Testing

@testable import WorkerDeployment

/// A real cluster for tests, in which deployments shaped like the original's are made and looked at. Its nodes are labelled
/// and tainted: it must be nobody else's meanwhile.
struct RealCluster: Sendable {
  static let kubeconfig = ProcessInfo.processInfo.environment["KUBERNETES_TEST_KUBECONFIG"]
  private static let nodes = ProcessInfo.processInfo.environment["KUBERNETES_TEST_NODES"] ?? ""

  /// Whether whoever runs the tests promises nodes whose names begin so: then they are to be there.
  static func has(nodes prefix: String) -> Bool {
    kubeconfig != nil && nodes.split(separator: ",").contains { $0 == prefix }
  }

  /// Whether there are any such nodes.
  static let hasNodes = kubeconfig != nil && !nodes.isEmpty

  let client: KubernetesClient
  let namespace: String

  /// Runs a test in a namespace of its own, with nodes as they are given; all is restored afterwards.
  ///
  /// - Parameter prefix: of the nodes' names, of which there are to be `count` at least. See ``has(nodes:)``.
  static func run(nodes prefix: String, _ count: Int, _ body: (RealCluster, [String]) async throws -> Void) async throws
  {
    let client = KubernetesClient(configuration: try ClientConfiguration.load(kubeconfig: kubeconfig))
    let nodes = try await client.resources(WorkerNode.self, of: Node.resource).listAll().items.map(\.name)
      .filter { $0.hasPrefix(prefix) }.sorted()
    try #require(nodes.count >= count, "KUBERNETES_TEST_NODES promises nodes that begin with '\(prefix)'")
    let cluster = RealCluster(client: client, namespace: "why-\(UInt32.random(in: 0...UInt32.max))")
    try await client.resources(Namespace.self).create(Namespace(ObjectMeta(name: cluster.namespace)))
    do {
      try await cluster.waitForAccount()
      try await body(cluster, nodes)
    } catch {
      try? await cluster.restore(nodes)
      throw error
    }
    try await cluster.restore(nodes)
  }

  /// Pods are refused until the namespace has its service account.
  private func waitForAccount() async throws {
    let cache = ResourceCache(client.resources(ServiceAccount.self, in: namespace))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await cache.run() }
      for try await change in cache.changes() { if case .added = change { break } }
      group.cancelAll()
    }
  }

  private func restore(_ nodes: [String]) async throws {
    for node in nodes {
      try await change(
        node,
        [
          "metadata": [
            "labels": [
              "fluidexnode": .null, "fluidexnode/computation": .null,
            ]
          ], "spec": ["taints": .null, "unschedulable": .null],
        ])
    }
    try await client.resources(Namespace.self).delete(namespace)
  }

  func change(_ node: String, _ patch: JSONValue) async throws {
    try await client.resources(WorkerNode.self, of: Node.resource).patch(node, .merge(patch))
  }

  func label(_ nodes: some Sequence<String>, _ labels: [String: JSONValue] = ["fluidexnode": "computation"])
    async throws
  {
    for node in nodes { try await change(node, ["metadata": ["labels": .object(labels)]]) }
  }

  func create(_ type: ResourceType, _ object: JSONValue) async throws {
    try await client.resources(DynamicObject.self, of: type, in: namespace).create(object)
  }

  /// Makes the deployment, with more fields of the pod and of its container.
  func deploy(
    _ replicas: Int64, image: String = "busybox:local", pod: [String: JSONValue] = [:],
    container: [String: JSONValue] = [:]
  ) async throws {
    let role: JSONValue = ["matchExpressions": [["key": "role", "operator": "In", "values": ["cluster-prover"]]]]
    var client: [String: JSONValue] = ["name": "client", "image": .string(image), "imagePullPolicy": "IfNotPresent"]
    client.merge(container) { $1 }
    var spec: [String: JSONValue] = [
      "terminationGracePeriodSeconds": 1, "containers": [.object(client)],
      "tolerations": [["key": "dedicated", "operator": "Equal", "value": "computation"]],
      "affinity": [
        "nodeAffinity": [
          "requiredDuringSchedulingIgnoredDuringExecution": [
            "nodeSelectorTerms": [
              ["matchExpressions": [["key": "fluidexnode", "operator": "In", "values": ["computation"]]]]
            ]
          ]
        ],
        "podAntiAffinity": [
          "requiredDuringSchedulingIgnoredDuringExecution": [
            ["labelSelector": role, "topologyKey": "kubernetes.io/hostname"]
          ]
        ],
      ],
    ]
    spec.merge(pod) { $1 }
    try await create(
      Deployment.resource,
      [
        "metadata": ["name": "prover-cli-t"],
        "spec": [
          "replicas": .integer(replicas), "selector": ["matchLabels": ["role": "cluster-prover"]],
          "strategy": ["rollingUpdate": ["maxSurge": 0, "maxUnavailable": 1]],
          "template": ["metadata": ["labels": ["role": "cluster-prover"]], "spec": .object(spec)],
        ],
      ])
  }

  var watch: WorkersWatch { WorkersWatch(client: client, namespace: namespace) }

  /// Follows the workers until there is a reason like this.
  func reason(_ cause: Cause, _ isIt: (Reason) -> Bool = { _ in true }) async throws -> (Reason, WorkersSituation) {
    for try await situation in watch.situations() {
      if let reason = Diagnosis.reasons(situation).first(where: { $0.cause == cause && isIt($0) }) {
        return (reason, situation)
      }
    }
    throw CancellationError()
  }

  /// What a wait fails with.
  func failure() async throws -> WorkerDeploymentError? {
    do {
      try await WorkersWaiter(watch).wait(limit: .seconds(120)) { _, _ in }
      return nil
    } catch let error as WorkerDeploymentError {
      return error
    }
  }
}
