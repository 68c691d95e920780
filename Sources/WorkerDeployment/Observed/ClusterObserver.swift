import Kubernetes

/// Looks at a cluster without changing anything.
public struct ClusterObserver: Sendable {
  public let client: KubernetesClient
  public let namespace: String

  public init(client: KubernetesClient, namespace: String) {
    self.client = client
    self.namespace = namespace
  }

  /// What this server has of that which differs between servers.
  public func abilities() async throws -> ClusterAbilities {
    let groups = try await client.apiGroups()
    async let budgets = find("poddisruptionbudgets", "policy", groups)
    async let slices = find("endpointslices", "discovery.k8s.io", groups)
    let version = try await client.serverVersion()
    var abilities = ClusterAbilities()
    abilities.version = "\(version.major).\(version.minor.prefix { $0.isNumber })"
    abilities.mirrorsEndpoints = version.isAtLeast(1, 19)
    abilities.disruptionBudgets = try await budgets
    abilities.endpointSlices = try await slices
    return abilities
  }

  /// The kind in the newest version that is served.
  private func find(_ plural: String, _ group: String, _ groups: [APIGroup]) async throws -> ResourceType? {
    let served = groups.first { $0.name == group }?.versions ?? []
    for version in ["v1", "v1beta1"] where served.contains(version) {
      let resources = try await client.apiResources(group: group, version: version)
      if let found = resources.first(where: { $0.type.plural == plural }) { return found.type }
    }
    return nil
  }

  /// The deployment `prover-cli-t`, whoever has made it.
  ///
  /// - Throws: ``WorkerDeploymentError`` (`forbidden`); ``KubernetesError``.
  public func deployment() async throws -> DynamicObject? {
    do {
      return try await get(WorkerKinds.deployment, WorkerNames.deployment)
    } catch let error as KubernetesError where error.status?.code == 403 {
      let right = WorkersRight("get", WorkerKinds.deployment, name: WorkerNames.deployment, in: namespace)
      throw lack(of: [right], cause: error)
    }
  }

  /// What is needed to scale and to restart: the deployment. Needs one right.
  public func observeWorkers() async throws -> ObservedCluster {
    try await check(WorkersRights.reading(.scale, in: namespace))
    var observed = ObservedCluster()
    observed.name = namespace
    observed.deployment = try await deployment()
    return observed
  }

  /// What is there of what is wanted, and what the server would make of it.
  ///
  /// - Throws: `forbidden` when a right is missing that looking needs; ``KubernetesError``.
  public func observe(_ wanted: [WantedObject]) async throws -> ObservedCluster {
    try await observe(wanted, leftovers: true)
  }

  /// - Parameter leftovers: false: what is not wanted is not looked for, and no right is needed for it.
  public func observe(_ wanted: [WantedObject], leftovers: Bool) async throws -> ObservedCluster {
    var observed = try await surroundings()
    let reading = WorkersRights.reading(leftovers ? .deploy : .endpoint, in: namespace, observed.abilities)
    try await check(WorkersRights.trying(wanted, in: namespace) + reading)
    observed.deployment = try await deployment()
    if leftovers {
      observed.leftovers = try await ours(observed.abilities).filter { found in
        !wanted.contains { $0.title == found.title }
      }
      observed.otherClusters = try await otherClusters()
    }
    for object in wanted {
      observed.objects[object.title] = try await trial(object, isNamespaceThere: observed.isNamespaceThere)
    }
    return observed
  }

  /// What is there of ours and of the original's, for taking it away.
  ///
  /// - Parameter imageToo: also what else in this cluster runs from the image that was delivered.
  /// - Throws: as ``observe(_:)``.
  public func observeForTeardown(imageToo: Bool = false) async throws -> ObservedCluster {
    var observed = try await surroundings()
    try await check(WorkersRights.reading(.teardown, in: namespace, observed.abilities))
    guard observed.isNamespaceThere else { return observed }
    observed.deployment = try await deployment()
    observed.leftovers = try await ours(observed.abilities)
    observed.delivered = observed.leftovers.first {
      $0.type.kind == "ConfigMap" && $0.name == WorkerNames.configuration
    }
    .flatMap { $0.object["metadata", "annotations"]?[.name(WorkerNames.delivered)]?.string }
    .flatMap { DeliveredImage($0) }
    if imageToo, let image = observed.delivered { observed.imageUsers = try await users(of: image) }
    let secret = try await get(WorkerKinds.secret, WorkerNames.pullSecret)
    observed.originalSecret = secret.flatMap { ObjectOwner($0) == .original ? bare($0) : nil }
    if let space = observed.namespace, ObjectOwner(space) == .muster { observed.guests = try await guests(observed) }
    return observed
  }

  private func surroundings() async throws -> ObservedCluster {
    var observed = ObservedCluster()
    observed.name = namespace
    observed.abilities = try await abilities()
    do {
      observed.namespace = try await get(WorkerKinds.namespace, namespace)
      observed.isNamespaceThere = observed.namespace != nil
    } catch let error as KubernetesError where error.status?.code == 403 {
      // Who has rights in a namespace only, often may not read the namespace itself.
    }
    observed.mayAnnotate = try await missing([WorkersRights.annotating(namespace)]).isEmpty
    do {
      observed.nodes = try await client.resources(Node.self).listAll().items
    } catch let error as KubernetesError where error.status?.code == 403 {
      observed.areNodesKnown = false
    }
    return observed
  }
}
