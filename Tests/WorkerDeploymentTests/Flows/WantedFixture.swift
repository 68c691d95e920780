import Kubernetes

@testable import WorkerDeployment

/// A small worker cluster as it is wanted, for tests of what is done with it.
struct WantedFixture {
  var namespace: String
  var abilities: ClusterAbilities
  var stage = "abc1234"
  var image = "registry.example/w/prover:client-abc1234"
  var replicas: Int64? = 2
  var endpoint = "10.0.0.7"
  var upstream = "cluster-coordinator:80"
  var delivered: String?
  var password: String? = "canary-password"
  var selector: JSONValue = ["matchLabels": ["role": "cluster-prover"]]
  var podLabels: [String: JSONValue] = [:]
  var container = WorkerNames.container

  var values: WorkerValues {
    var values = WorkerValues(
      stage: stage, deployName: "cli-\(stage)",
      image: ImageTarget(delivered: image, pulled: image, pullHost: "registry.example"))
    values.namespace = namespace
    values.replicas = replicas.map { Int($0) }
    return values
  }

  /// In the order of making.
  func objects(_ live: DynamicObject? = nil) -> [WantedObject] {
    var objects = [
      object(WorkerKinds.configMap, WorkerNames.configuration) {
        $0["data"] = ["client": .string("upstream: http://\(upstream)\n"), "muster": "kinds: {}\n"]
        if let delivered { $0["metadata", "annotations"] = [WorkerNames.delivered: .string(delivered)] }
      }
    ]
    if let password {
      objects.append(
        object(WorkerKinds.secret, WorkerNames.pullSecret) {
          $0["type"] = "kubernetes.io/dockerconfigjson"
          $0["data"] = [".dockerconfigjson": .string(Self.file(password))]
        })
    }
    objects.append(
      object(WorkerKinds.service, WorkerNames.service) {
        $0["spec"] = ["ports": [["name": "http", "port": 80, "protocol": "TCP"]]]
      })
    objects.append(
      object(WorkerKinds.endpoints, WorkerNames.service) {
        $0["subsets"] = [
          ["addresses": [["ip": .string(endpoint)]], "ports": [["name": "http", "port": 50055, "protocol": "TCP"]]]
        ]
      })
    if let budgets = abilities.disruptionBudgets {
      objects.append(
        object(budgets, WorkerNames.disruptionBudget) {
          $0["spec"] = ["maxUnavailable": 1, "selector": ["matchLabels": ["role": "cluster-prover"]]]
        })
    }
    objects.append(object(WorkerKinds.deployment, WorkerNames.deployment) { $0["spec"] = spec(live) })
    return AppliedRecord.stamped(objects)
  }

  private func spec(_ live: DynamicObject?) -> JSONValue {
    let count = replicas.map { .integer($0) } ?? live?["spec", "replicas"] ?? JSONValue.integer(2)
    let labels: [String: JSONValue] = ["app": .string("cli-\(stage)"), "role": "cluster-prover"]
    return [
      "replicas": count, "selector": selector,
      "strategy": ["type": "RollingUpdate", "rollingUpdate": ["maxSurge": 0, "maxUnavailable": 1]],
      "template": [
        "metadata": [
          "labels": .object(labels.merging(podLabels) { $1 }),
          "annotations": .object([WorkerNames.configurationHash: .string("hash-of-\(upstream)")]),
        ],
        "spec": podSpec,
      ],
    ]
  }

  private var podSpec: JSONValue {
    [
      "terminationGracePeriodSeconds": 1, "automountServiceAccountToken": false,
      "tolerations": [["key": "dedicated", "operator": "Equal", "value": "computation"]],
      "containers": [
        [
          "name": .string(container), "image": .string(image),
          "env": [
            ["name": "CLIENT_UPSTREAM", "value": .string("http://\(upstream)")],
            ["name": "CLIENT_PROVER_ID", "valueFrom": ["fieldRef": ["fieldPath": "metadata.name"]]],
            ["name": "CLIENT_CONFIG", "value": "/etc/muster/client"],
            ["name": "MUSTER_COORDINATOR", "value": .string(upstream)],
          ],
          "resources": ["requests": ["cpu": "1000m", "memory": "1024Mi"]],
          "volumeMounts": [["name": "configuration", "mountPath": "/etc/muster", "readOnly": true]],
        ]
      ],
      "volumes": [["name": "configuration", "configMap": ["name": "cluster-conf"]]],
    ]
  }

  private func object(
    _ type: ResourceType, _ name: String, _ fill: (inout DynamicObject) -> Void
  ) -> WantedObject {
    var object = DynamicObject(type, name: name, namespace: namespace)
    object["metadata", "labels"] = .object([
      WorkerNames.managedBy.key: .string(WorkerNames.managedBy.value), "stage": .string(stage),
    ])
    fill(&object)
    return WantedObject(type, object, purpose: "for the test")
  }

  static func file(_ password: String) -> String {
    Base64.text("{\"auths\":{\"registry.example\":{\"username\":\"u\",\"password\":\"\(password)\"}}}")
  }
}
