import Kubernetes
import MusterCore
import Synchronization

@testable import WorkerDeployment

/// What a cluster's controllers and kubelets do with one deployment of a `FakeCluster`, step by step.
final class FakeReplicaSet: Sendable {
  static let namespace = "default"
  let cluster: FakeCluster
  let client: KubernetesClient
  /// Whether pods that are told to go are chosen by their deletion cost, as from Kubernetes 1.22 on.
  let honoursCost: Bool
  private let made = Mutex(0)
  /// Pods that the controller chose itself when it had to make fewer.
  private let chosen = Mutex<[String]>([])

  init(_ cluster: FakeCluster, _ client: KubernetesClient, honoursCost: Bool) {
    self.cluster = cluster
    self.client = client
    self.honoursCost = honoursCost
    cluster.setServerVersion(honoursCost ? "v1.29.3" : "v1.20.2")
  }

  func deploy(_ replicas: Int) async throws {
    var deployment = DynamicObject(Deployment.resource, name: "prover-cli-t", namespace: Self.namespace)
    deployment["spec", "replicas"] = .integer(Int64(replicas))
    deployment["spec", "selector", "matchLabels"] = ["role": "cluster-prover"]
    deployment["spec", "template", "metadata", "labels"] = ["role": "cluster-prover"]
    deployment["spec", "template", "spec", "containers"] = [["name": "client", "image": "registry.example/a"]]
    try await client.resources(DynamicObject.self, of: Deployment.resource, in: Self.namespace).create(deployment)
  }

  var replicas: Int {
    Int(cluster.object(Deployment.resource, "prover-cli-t", in: Self.namespace)?["spec", "replicas"]?.integer ?? 0)
  }

  var pods: [AutoscaledPod] {
    cluster.objects(Pod.resource, in: Self.namespace).compactMap { try? DynamicObject($0.object ?? [:]).decoded() }
  }

  /// Those that are not told to end.
  var names: [String] { pods.filter { $0.meta.deletionTimestamp == nil }.map(\.meta.name).sorted() }
  var chosenOnes: [String] { chosen.withLock { $0 } }

  /// Makes pods, or deletes some: not ready ones first, then those of the lowest cost, then the latest.
  func control() async throws {
    let active = pods.filter { $0.meta.deletionTimestamp == nil }
    let client = client.resources(DynamicObject.self, of: Pod.resource, in: Self.namespace)
    for _ in 0..<max(replicas - active.count, 0) {
      let number = made.withLock { made in
        made += 1
        return made
      }
      var pod = DynamicObject(Pod.resource, name: "p\(number)", namespace: Self.namespace)
      pod["metadata", "labels"] = ["role": "cluster-prover"]
      pod["spec", "containers"] = [["name": "client", "image": "registry.example/a"]]
      try await client.create(pod)
    }
    let ranked = active.sorted { a, b in
      let (first, second) = (isReady(a), isReady(b))
      if first != second { return !first }
      if honoursCost, isMarked(a) != isMarked(b) { return isMarked(a) }
      return (a.meta.name.count, a.meta.name) > (b.meta.name.count, b.meta.name)
    }
    for pod in ranked.prefix(max(active.count - replicas, 0)) {
      chosen.withLock { $0.append(pod.meta.name) }
      _ = try await client.delete(pod.meta.name)
    }
  }

  /// Starts pods, and takes those away that were told to end.
  func kubelets() {
    for pod in pods {
      if pod.meta.deletionTimestamp != nil {
        cluster.finishDeletion(ofPod: pod.meta.name, in: Self.namespace)
      } else if !isReady(pod) {
        cluster.markRunning(pod.meta.name, in: Self.namespace)
      }
    }
  }

  private func isReady(_ pod: AutoscaledPod) -> Bool { pod.report?.isReady ?? false }
  private func isMarked(_ pod: AutoscaledPod) -> Bool { pod.report?.isMarked ?? false }
}
