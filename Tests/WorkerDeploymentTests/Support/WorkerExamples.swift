import Kubernetes
import MusterCore

@testable import WorkerDeployment

/// Small situations made by hand, shaped like the original's deployment.
enum WorkerExamples {
  static func deployment(replicas: Int = 2) -> Deployment {
    let role = LabelSelector(matchExpressions: [.init("role", "In", ["cluster-prover"])])
    let spec = PodSpec(
      containers: [Container(name: "client", image: "registry.example/prover:client-abc123")],
      affinity: Affinity(
        nodeAffinity: .init(
          requiredDuringSchedulingIgnoredDuringExecution: .init(nodeSelectorTerms: [
            .init(matchExpressions: [.init("fluidexnode", "In", ["computation"])])
          ])),
        podAntiAffinity: .init(requiredDuringSchedulingIgnoredDuringExecution: [
          .init(topologyKey: "kubernetes.io/hostname", labelSelector: role)
        ])),
      tolerations: [Toleration(key: "dedicated", operator: "Equal", value: "computation")])
    var metadata = ObjectMeta(name: "prover-cli-t", namespace: "workers", labels: ["stage": "abc123"])
    metadata.generation = 1
    return Deployment(
      metadata,
      spec: .init(
        replicas: replicas,
        template: PodTemplateSpec(
          metadata: ObjectMeta(labels: ["role": "cluster-prover", "stage": "abc123"]), spec: spec)),
      status: .init(observedGeneration: 1))
  }

  static func node(
    _ name: String, labels: [String: String] = ["fluidexnode": "computation"], cpu: Int64 = 64
  ) -> WorkerNode {
    let amounts = ["cpu": Quantity(cpu), "pods": Quantity(110)]
    return WorkerNode(
      SlimMeta(name: name, labels: labels.merging(["kubernetes.io/hostname": name]) { $1 }), spec: .init(),
      status: .init(capacity: amounts, allocatable: amounts, conditions: [Condition(type: "Ready", status: "True")]))
  }

  static func pod(_ name: String, on node: String?, isReady: Bool = true) -> WorkerPod {
    WorkerPod(
      WorkerMeta(name: name, namespace: "workers", labels: ["role": "cluster-prover", "stage": "abc123"]),
      spec: .init(nodeName: node, containers: [ContainerNeeds(image: "registry.example/prover:client-abc123")]),
      status: .init(
        phase: node == nil ? "Pending" : "Running",
        conditions: [Condition(type: "Ready", status: isReady && node != nil ? "True" : "False")]))
  }

  static func situation(nodes: [WorkerNode], replicas: Int = 2) -> WorkersSituation {
    var situation = WorkersSituation(time: Timestamp(milliseconds: 1_795_820_700_000), namespace: "workers")
    situation.deployment = deployment(replicas: replicas)
    situation.nodes = nodes
    situation.loads = [:]
    return situation
  }
}
