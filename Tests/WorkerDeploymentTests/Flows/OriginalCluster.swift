import Foundation
import Kubernetes
import Testing

@testable import WorkerDeployment

/// What the original scripts make, as kubectl applies it on the client's side. Source: what is written down of them.
struct OriginalCluster {
  var namespace: String
  var stage = "0ld5tag"

  var selector: JSONValue { ["matchLabels": ["app": .string("cli-\(stage)"), "role": "cluster-prover"]] }

  static let container = "prover"

  var objects: [(type: ResourceType, object: DynamicObject)] {
    var configuration = DynamicObject(WorkerKinds.configMap, name: "cluster-conf", namespace: namespace)
    configuration["data"] = ["client": "upstream: http://cluster-coordinator\n", "old": "gone"]
    var secret = DynamicObject(WorkerKinds.secret, name: "img-cred", namespace: namespace)
    secret["type"] = "kubernetes.io/dockerconfigjson"
    secret["data"] = [".dockerconfigjson": .string(WantedFixture.file("canary-original"))]
    var service = DynamicObject(WorkerKinds.service, name: "cluster-coordinator", namespace: namespace)
    service["spec"] = ["ports": [["name": "http", "port": 80, "protocol": "TCP", "targetPort": 50055]]]
    var endpoints = DynamicObject(WorkerKinds.endpoints, name: "cluster-coordinator", namespace: namespace)
    endpoints["subsets"] = [
      ["addresses": [["ip": "10.9.9.9"]], "ports": [["name": "http", "port": 50055, "protocol": "TCP"]]]
    ]
    return [
      (WorkerKinds.configMap, configuration), (WorkerKinds.secret, secret), (WorkerKinds.service, service),
      (WorkerKinds.endpoints, endpoints), (WorkerKinds.deployment, deployment),
    ]
  }

  private var deployment: DynamicObject {
    var deployment = DynamicObject(WorkerKinds.deployment, name: "prover-cli-t", namespace: namespace)
    deployment["metadata", "labels"] = ["stage": .string(stage)]
    deployment["spec"] = [
      "replicas": 3, "selector": selector,
      "template": [
        "metadata": ["labels": ["app": .string("cli-\(stage)"), "role": "cluster-prover"]],
        "spec": [
          "imagePullSecrets": [["name": "img-cred"]],
          "tolerations": [["key": "dedicated", "operator": "Equal", "value": "computation"]],
          "containers": [
            [
              "name": .string(Self.container), "image": "registry.example/w/prover:client-0ld5tag",
              "env": [
                ["name": "CLIENT_UPSTREAM", "value": "http://cluster-coordinator"],
                ["name": "CLIENT_PROVER_ID", "valueFrom": ["fieldRef": ["fieldPath": "metadata.name"]]],
                ["name": "CLIENT_CIRCUIT", "value": "block"],
                // A value and a source of a value at once are refused: what is only theirs has to go.
                [
                  "name": "CLIENT_CONFIG", "valueFrom": ["configMapKeyRef": ["name": "cluster-conf", "key": "client"]],
                ],
              ],
            ]
          ],
        ],
      ],
    ]
    return deployment
  }

  /// By kubectl itself, where the environment names one, and else as it does: with a copy of what was applied in an annotation,
  /// and under its name.
  func apply(_ flow: Flow) async throws {
    if flow.server.fake == nil, let kubectl = Self.kubectl {
      try run(kubectl)
    } else {
      for (type, object) in objects {
        var object = object
        object["metadata", "annotations"] = [
          "kubectl.kubernetes.io/last-applied-configuration": .string(JSONWriter.text(.object(object.content)))
        ]
        try await flow.resources(type).create(object, WriteOptions(manager: "kubectl-client-side-apply"))
      }
    }
    let annotation: JSONValue = ["metadata": ["annotations": ["stage": .string(stage)]]]
    try await flow.edit(WorkerKinds.namespace, namespace, annotation, by: "kubectl-annotate")
  }

  private static let kubectl = ProcessInfo.processInfo.environment["KUBERNETES_TEST_KUBECTL"]

  private func run(_ kubectl: String) throws {
    let list: JSONValue = [
      "apiVersion": "v1", "kind": "List", "items": .array(objects.map { .object($0.object.content) }),
    ]
    let file = FileManager.default.temporaryDirectory.appending(path: "original-\(namespace).json")
    try Data(JSONWriter.bytes(list)).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: kubectl)
    process.arguments = [
      "--kubeconfig", try #require(FlowServer.kubeconfig as String?), "apply", "-f", file.path(percentEncoded: false),
    ]
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }
}
