import Kubernetes

/// The kinds of objects that a worker cluster is made of.
enum WorkerKinds {
  static let deployment = ResourceType(group: "apps", plural: "deployments", kind: "Deployment")
  static let configMap = ResourceType(plural: "configmaps", kind: "ConfigMap")
  static let secret = ResourceType(plural: "secrets", kind: "Secret")
  static let service = ResourceType(plural: "services", kind: "Service")
  static let endpoints = ResourceType(plural: "endpoints", kind: "Endpoints")
  static let namespace = ResourceType(plural: "namespaces", kind: "Namespace", isNamespaced: false)
  static let pod = ResourceType(plural: "pods", kind: "Pod")
  static let node = ResourceType(plural: "nodes", kind: "Node", isNamespaced: false)

  /// In which everything of ours is found by its label. Secrets are not among them: to list them is to read those of others
  /// too, so they are asked for by ``secretNames``.
  static func listed(_ abilities: ClusterAbilities) -> [ResourceType] {
    [deployment, configMap, service, endpoints]
      + [abilities.endpointSlices, abilities.disruptionBudgets].compactMap { $0 }
  }

  /// All objects that a deployment may be made of.
  static func all(_ abilities: ClusterAbilities) -> [(type: ResourceType, name: String)] {
    var all = [
      (configMap, WorkerNames.configuration), (secret, WorkerNames.pullSecret), (secret, WorkerNames.joinSecret),
      (service, WorkerNames.service), (endpoints, WorkerNames.service), (deployment, WorkerNames.deployment),
    ]
    if let slices = abilities.endpointSlices { all.append((slices, WorkerNames.service)) }
    if let budgets = abilities.disruptionBudgets { all.append((budgets, WorkerNames.disruptionBudget)) }
    return all
  }

  /// All Secrets that we ever make.
  static let secretNames = [WorkerNames.pullSecret, WorkerNames.joinSecret]

  /// In this order they go: what runs first, what it needs afterwards.
  static func removalRank(_ type: ResourceType) -> Int {
    ["Deployment", "PodDisruptionBudget", "Secret", "ConfigMap", "EndpointSlice", "Endpoints", "Service"]
      .firstIndex(of: type.kind) ?? 0
  }
}
