import Kubernetes
import OCIImages

/// The deployment `prover-cli-t`.
struct DeploymentObject {
  let values: WorkerValues
  let adopted: AdoptedDeployment
  let upstream: Upstream
  let client: ClientFile
  let file: WorkerFile

  /// The worker's user, without any right; by the name `nobody` in the image that is built.
  private static let nobody: JSONValue = 65_534
  /// Beyond the grace: to pull the image, and for a busy node to start it.
  private static let startTime: Int64 = 600

  /// - Parameter labels: of every object.
  func object(_ base: DynamicObject, labels: [String: String]) -> DynamicObject {
    let grace = values.graceSeconds
    var wanted = labels
    wanted[WorkerNames.stage] = values.stage
    wanted[WorkerNames.role.key] = WorkerNames.role.value
    // What a live deployment selects by cannot be changed: its label is kept if nobody asks for another.
    wanted[WorkerNames.app] = values.isDeployNameGiven ? values.deployName : adopted.app ?? values.deployName
    let (podLabels, selector) = adopted.settle(wanted)
    var annotations = values.annotations
    annotations[WorkerNames.configurationHash] = configurationHash
    var object = base
    object["metadata", "labels", .name(WorkerNames.stage)] = .string(values.stage)
    object["spec"] = [
      "replicas": .integer(values.replicas.map(Int64.init) ?? adopted.replicas ?? 2),
      "selector": selector,
      // A new pod finds no node until an old one has gone, where each node has one: so one goes first.
      "strategy": ["type": "RollingUpdate", "rollingUpdate": ["maxSurge": 0, "maxUnavailable": 1]],
      "progressDeadlineSeconds": .integer(min(grace, Int64(Int32.max) - Self.startTime) + Self.startTime),
      "template": [
        "metadata": [
          "labels": .object(podLabels.mapValues { .string($0) }),
          "annotations": .object(annotations.mapValues { .string($0) }),
        ],
        "spec": podSpec(grace),
      ],
    ]
    return object
  }

  /// Of the file that the workers read, so that they start again when it changes; what else changes stands in the pods.
  private var configurationHash: String {
    let text = values.wire == .original || values.image.isOwn ? file.text + "\u{0}" + client.text : file.text
    return Digest.of(text.utf8).hex
  }

  private func podSpec(_ grace: Int64) -> JSONValue {
    let placement = PodPlacement(values: values)
    let container = PodContainer(
      values: values, upstream: upstream, file: file, name: adopted.container ?? WorkerNames.container)
    var spec: [String: JSONValue] = [
      "containers": [container.object],
      "volumes": PodVolumes(values: values).volumes,
      "affinity": placement.affinity,
      "tolerations": placement.tolerations,
      "terminationGracePeriodSeconds": .integer(grace),
      // A worker asks the API server for nothing.
      "automountServiceAccountToken": false,
      // Variables of other services could pass for settings: a service 'client' would give CLIENT_PORT.
      "enableServiceLinks": false,
      "securityContext": [
        "runAsNonRoot": true, "runAsUser": Self.nobody, "runAsGroup": Self.nobody, "fsGroup": Self.nobody,
        "seccompProfile": ["type": "RuntimeDefault"],
      ],
    ]
    spec["topologySpreadConstraints"] = placement.spread
    spec["priorityClassName"] = values.priorityClass.map { .string($0) }
    spec["runtimeClassName"] = values.runtimeClass.map { .string($0) }
    if let secret = values.pullSecret ?? (values.login == nil ? nil : WorkerNames.pullSecret) {
      spec["imagePullSecrets"] = [["name": .string(secret)]]
    }
    return .object(spec)
  }
}
