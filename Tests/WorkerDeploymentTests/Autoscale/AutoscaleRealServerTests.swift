import Kubernetes
import Logging
import MusterCore
import Testing

@testable import WorkerDeployment

/// Runs where the environment names a kubeconfig of a cluster for tests, and says that it has nodes: a namespace of its own,
/// which goes afterwards.
@Suite("The autoscaler on a real API server", .enabled(if: RealCluster.hasNodes), .timeLimit(.minutes(5)))
struct AutoscaleRealServerTests {
  let queue = FakeQueue()

  @Test("The workers that were meant go, the busy ones stay, whatever the server's version")
  func chosen() async throws {
    let client = KubernetesClient(configuration: try ClientConfiguration.load(kubeconfig: RealCluster.kubeconfig))
    let namespace = "autoscale-\(UInt32.random(in: 0...UInt32.max))"
    try await client.resources(DynamicObject.self, of: Namespace.resource).create(
      DynamicObject(Namespace.resource, name: namespace))
    do {
      try await check(client, namespace)
    } catch {
      _ = try? await client.resources(DynamicObject.self, of: Namespace.resource).delete(namespace)
      throw error
    }
    _ = try await client.resources(DynamicObject.self, of: Namespace.resource).delete(namespace)
  }

  private func check(_ client: KubernetesClient, _ namespace: String) async throws {
    var deployment = DynamicObject(Deployment.resource, name: WorkerNames.deployment, namespace: namespace)
    deployment["spec"] = [
      "replicas": 0, "selector": ["matchLabels": ["role": "cluster-prover"]],
      "template": [
        "metadata": ["labels": ["role": "cluster-prover"]],
        "spec": [
          "containers": [["name": "client", "image": "registry.example/none"]], "terminationGracePeriodSeconds": 1,
        ],
      ],
    ]
    try await client.resources(DynamicObject.self, of: Deployment.resource, in: namespace).create(deployment)
    var settings = AutoscaleSettings(maximum: 6)
    settings.downWindow = .zero
    settings.downCooldown = .zero
    let pool = AutoscalePool("a", namespace: namespace, maximum: 6)
    var loop = AutoscaleLoop(
      try AutoscalePlanner(settings, pools: [pool]), client: client, observer: queue,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, told: { _ in })
    defer { loop.stop() }

    queue.set(queued: 6, workers: [:])
    let begun = SystemTime().moment()
    try await until("the controllers know the deployment") { try await loop.step().reason != .blind }
    try await until("six workers are ready") {
      _ = try await loop.step()
      return loop.watches[0].pods.count { $0.isReady && !$0.isEnding } == 6
    }
    let wait = SystemTime().moment() - begun
    let names = loop.watches[0].pods.map(\.name)

    // The youngest and most of the others are busy, so that a controller that chose by itself would choose a busy one.
    let idle = Set([names[1], names[4]])
    queue.set(queued: 0, workers: Dictionary(uniqueKeysWithValues: names.map { ($0, idle.contains($0) ? 0 : 1) }))
    try await until("two have gone") {
      // A successor that was quick is a worker as any other, with nothing to do.
      let now = loop.watches[0].pods.map(\.name)
      let tasks = now.map { ($0, names.contains($0) && !idle.contains($0) ? 1 : 0) }
      queue.set(queued: 0, workers: Dictionary(uniqueKeysWithValues: tasks))
      _ = try await loop.step()
      return loop.watches[0].pods.count { !$0.isEnding } == 4
    }
    try await until("the controllers have nothing more to do") {
      let status = try await client.resources(Deployment.self, in: namespace).get(WorkerNames.deployment).status
      return status?.replicas == 4 && status?.readyReplicas == 4
    }
    let pods = client.resources(Pod.self, in: namespace)
    let left = Set(
      try await pods.listAll().items.filter { $0.metadata.deletionTimestamp == nil }.compactMap(\.metadata.name))
    #expect(left == Set(names).subtracting(idle), "from none to six ready took \(wait.wholeMilliseconds) ms")
    let last = try await loop.step()
    #expect(last.isNothing, "\(last.why)")
  }

  private func until(_ what: String, _ condition: () async throws -> Bool) async throws {
    for _ in 0..<600 {
      if try await condition() { return }
      try await Task.sleep(for: .milliseconds(100))
    }
    Issue.record("it never came about that \(what)")
  }
}
