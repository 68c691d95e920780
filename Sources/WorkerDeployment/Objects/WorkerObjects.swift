import Foundation
import Kubernetes

/// All objects of a cluster of workers, each with exactly the fields that are ours: documents for server-side apply.
///
/// Pure: the same values and abilities give the same objects. They go by the names of the original scripts (``WorkerNames``).
/// How they differ from the original's, and why, is in docs/workers-objects.md.
public struct WorkerObjects: Sendable {
  private let values: WorkerValues
  private let abilities: ClusterAbilities
  private let adopted: AdoptedDeployment

  /// - Parameter adopted: the deployment that is there. It keeps what it selects by (its label `app` too, unless another was
  ///   asked for), its container's name, and its number of replicas if none is wanted.
  public init(_ values: WorkerValues, _ abilities: ClusterAbilities, adopted: DynamicObject? = nil) {
    self.values = values
    self.abilities = abilities
    self.adopted = AdoptedDeployment(adopted)
  }

  /// In the order of making: what pods need comes before the pods.
  ///
  /// - Throws: ``WorkerDeploymentError``: `bad_workers_value`, `workers_value_missing`.
  public func all() throws(WorkerDeploymentError) -> [WantedObject] {
    let upstream = try Upstream(values)
    let file = try WorkerFile(values.workerFile)
    let client = try ClientFile(values.clientFile, upstream: upstream.url, circuit: values.circuit)
    var objects = [configuration(client, file)]
    if let login = values.login, values.pullSecret == nil {
      objects.append(
        WantedObject(
          SecretObject.resource,
          try PullSecretObject.object(
            login, host: values.image.pullHost, base(SecretObject.resource, WorkerNames.pullSecret)),
          purpose: "with which nodes pull the image from \(values.image.pullHost)"))
    }
    if let token = values.joinToken { objects.append(joinSecret(token.reveal())) }
    objects += coordinator(upstream)
    objects += disruptionBudget()
    let deployment = DeploymentObject(
      values: values, adopted: adopted, upstream: upstream, client: client, file: file
    ).object(base(Deployment.resource, WorkerNames.deployment), labels: labels)
    objects.append(WantedObject(Deployment.resource, deployment, purpose: "the workers"))
    try ObjectNames(values: values).check(objects)
    return AppliedRecord.stamped(objects)
  }

  /// On every object.
  private var labels: [String: String] {
    var labels = values.labels
    labels[WorkerNames.managedBy.key] = WorkerNames.managedBy.value
    return labels
  }

  private func base(_ type: ResourceType, _ name: String) -> DynamicObject {
    var object = DynamicObject(type, name: name, namespace: values.namespace)
    object["metadata", "labels"] = .object(labels.mapValues { .string($0) })
    return object
  }

  private func configuration(_ client: ClientFile, _ file: WorkerFile) -> WantedObject {
    var object = base(ConfigMap.resource, WorkerNames.configuration)
    object["data"] = [WorkerNames.clientKey: .string(client.text), WorkerNames.musterKey: .string(file.text)]
    if let delivered = values.delivered {
      object["metadata", "annotations"] = [WorkerNames.delivered: .string(delivered)]
    }
    return WantedObject(ConfigMap.resource, object, purpose: "what workers read when they start")
  }

  private func joinSecret(_ token: String) -> WantedObject {
    var object = base(SecretObject.resource, WorkerNames.joinSecret)
    object["type"] = "Opaque"
    object["data"] = ["token": .string(Data(token.utf8).base64EncodedString())]
    return WantedObject(SecretObject.resource, object, purpose: "with which workers get their certificates")
  }

  private func coordinator(_ upstream: Upstream) -> [WantedObject] {
    guard let target = upstream.service else { return [] }
    let parts = CoordinatorObjects(target: target, abilities: abilities)
    var objects = [
      WantedObject(
        Service.resource, parts.service(base(Service.resource, WorkerNames.service)),
        purpose: "the name under which pods reach the coordinator"),
      WantedObject(
        Endpoints.resource, parts.endpoints(base(Endpoints.resource, WorkerNames.service)),
        purpose: "where the coordinator is"),
    ]
    if let type = parts.sliceType {
      objects.append(
        WantedObject(
          type, parts.slice(base(type, WorkerNames.service)),
          purpose: "where the coordinator is, for a server that does not copy Endpoints"))
    }
    return objects
  }

  private func disruptionBudget() -> [WantedObject] {
    guard let type = abilities.disruptionBudgets else { return [] }
    var object = base(type, WorkerNames.disruptionBudget)
    object["spec"] = [
      "maxUnavailable": 1, "selector": ["matchLabels": [WorkerNames.role.key: .string(WorkerNames.role.value)]],
    ]
    return [WantedObject(type, object, purpose: "nodes are emptied of one worker at a time")]
  }
}
