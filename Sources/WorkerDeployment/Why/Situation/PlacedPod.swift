import Kubernetes

/// Any pod of the cluster: how much of which node it takes.
struct PlacedPod: KubernetesObject {
  struct Status: Decodable { var phase: String? }

  var slim: SlimMeta
  var spec: WorkerPod.Spec?
  var status: Status?

  enum CodingKeys: String, CodingKey { case slim = "metadata", spec, status }

  var metadata: ObjectMeta { slim.metadata }

  /// What is kept of it; nil when it takes nothing.
  var share: Share? {
    guard let node = spec?.nodeName, !node.isEmpty, status?.phase != "Succeeded", status?.phase != "Failed" else {
      return nil
    }
    return Share(
      node: node,
      requests: ContainerNeeds.sum(
        spec?.containers ?? [], initial: spec?.initContainers ?? [], overhead: spec?.overhead ?? [:]))
  }

  /// A node, and what is taken of it.
  struct Share: Sendable, Hashable {
    var node: String
    var requests: [String: Quantity]
  }
}
