import Kubernetes

extension WorkerValues {
  /// What is deployed, as far as it can be read back from the cluster: for commands that change one thing and are told nothing
  /// of the rest.
  ///
  /// - Parameters:
  ///   - deployment: that is there.
  ///   - configuration: the ConfigMap `cluster-conf`, if it is there.
  ///   - namespace: where they are.
  public static func live(
    _ deployment: DynamicObject, configuration: DynamicObject?, in namespace: String
  ) -> WorkerValues {
    let template = deployment["spec", "template"]
    let labels = template?["metadata", "labels"]
    let containers = template?["spec", "containers"]?.array ?? []
    let container =
      containers.first { $0["name"]?.string == WorkerNames.container } ?? containers.first ?? .object([:])
    let image = container["image"]?.string ?? ""
    let stage =
      deployment["metadata", "labels"]?[.name(WorkerNames.stage)]?.string ?? labels?[.name(WorkerNames.stage)]?.string
    var values = WorkerValues(
      stage: stage ?? "", deployName: labels?[.name(WorkerNames.app)]?.string ?? "",
      image: ImageTarget(delivered: image, pulled: image, pullHost: ""))
    values.namespace = namespace
    values.isNamespaceGiven = true
    values.replicas = deployment["spec", "replicas"]?.integer.map { Int($0) }
    var environment: [String: String] = [:]
    for variable in container["env"]?.array ?? [] {
      if let name = variable["name"]?.string, let value = variable["value"]?.string { environment[name] = value }
    }
    values.wire = environment["MUSTER_COORDINATOR"] == nil ? .original : .muster
    if let circuit = environment["CLIENT_CIRCUIT"], !circuit.isEmpty { values.circuit = circuit }
    // Only those that Muster has written: what others have added is theirs.
    let owned = ManagedEntry.all(of: deployment).filter(\.isOurs).compactMap { $0.fields["f:metadata"]?["f:labels"] }
    for (key, value) in deployment["metadata", "labels"]?.object ?? [:]
    where ![WorkerNames.managedBy.key, WorkerNames.stage].contains(key)
      && owned.contains(where: { $0["f:\(key)"] != nil })
    {
      values.labels[key] = value.string
    }
    values.clientFile = configuration?["data"]?[.name(WorkerNames.clientKey)]?.string
    // Only read back to be written again as it is.
    values.delivered = configuration?["metadata", "annotations"]?[.name(WorkerNames.delivered)]?.string
    values.workerFile = configuration?["data"]?[.name(WorkerNames.musterKey)]?.string
    return values
  }
}
