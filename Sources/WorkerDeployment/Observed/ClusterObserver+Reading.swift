import Kubernetes

extension ClusterObserver {
  /// Nil: there is none of that name.
  func get(_ type: ResourceType, _ name: String) async throws -> DynamicObject? {
    do {
      return try await client.resources(DynamicObject.self, of: type, in: namespace).get(name)
    } catch let error as KubernetesError where error.isNotFound {
      return nil
    }
  }

  /// All objects that Muster has made or taken over here, in the order in which they go.
  func ours(_ abilities: ClusterAbilities) async throws -> [WantedObject] {
    let selector = "\(WorkerNames.managedBy.key)=\(WorkerNames.managedBy.value)"
    var found: [WantedObject] = []
    for type in WorkerKinds.listed(abilities) {
      let resources = client.resources(DynamicObject.self, of: type, in: namespace)
      found += try await resources.listAll(ListOptions(labelSelector: selector)).items
        .filter { ObjectOwner($0) == .muster }
        .map { WantedObject(type, bare($0), purpose: "made by Muster") }
    }
    for name in WorkerKinds.secretNames {
      guard let secret = try await get(WorkerKinds.secret, name), ObjectOwner(secret) == .muster else { continue }
      found.append(WantedObject(WorkerKinds.secret, bare(secret), purpose: "made by Muster"))
    }
    return found.sorted {
      (WorkerKinds.removalRank($0.type), $0.name) < (WorkerKinds.removalRank($1.type), $1.name)
    }
  }

  /// Deployments of other names whose pods say that they are workers of a prover cluster.
  func otherClusters() async throws -> [String] {
    let all = try await client.resources(DynamicObject.self, of: WorkerKinds.deployment, in: namespace).listAll().items
    return all.filter { deployment in
      let labels = deployment["spec", "template", "metadata", "labels"]
      return deployment.name != WorkerNames.deployment
        && labels?[.name(WorkerNames.role.key)]?.string == WorkerNames.role.value
    }.compactMap(\.name).sorted()
  }

  /// Of an object only what it is called, whose it is, and which image was delivered with it.
  func bare(_ object: DynamicObject) -> DynamicObject {
    var content: [String: JSONValue] = [:]
    for field in ["apiVersion", "kind"] { content[field] = object.content[field] }
    var metadata = object.content["metadata"]?.object ?? [:]
    for field in metadata.keys where !["name", "namespace", "uid", "labels", "deletionTimestamp"].contains(field) {
      metadata[field] = nil
    }
    if let image = object["metadata", "annotations"]?[.name(WorkerNames.delivered)] {
      metadata["annotations"] = .object([WorkerNames.delivered: image])
    }
    content["metadata"] = .object(metadata)
    return DynamicObject(content)
  }

  /// What others have in this namespace, at most a few; nil when not everything may be seen.
  ///
  /// Every kind that can be listed is looked at. What a cluster puts into each namespace by itself does not count, nor what
  /// belongs to another object, nor events.
  func guests(_ observed: ObservedCluster) async throws -> [String]? {
    let directory = try await client.discover()
    guard directory.missing.isEmpty else { return nil }
    let ours = Set(observed.leftovers.compactMap(\.object.uid))
    var seen: Set<String> = []
    var guests: [String] = []
    for resource in directory.resources
    where resource.type.isNamespaced && resource.verbs.contains("list") && resource.type.kind != "Event"
      && !(resource.type.kind == "PodMetrics")
    {
      var items: [DynamicObject] = []
      do {
        let resources = client.resources(DynamicObject.self, of: resource.type, in: namespace)
        for try await page in resources.pages(ListOptions(limit: 500)) { items += page.items.map(bareWithOwner) }
      } catch let error as KubernetesError where error.code == .refused {
        // Not allowed, or of an extension that does not answer: nobody knows what is there.
        return nil
      }
      for item in items where !ours.contains(item.uid ?? "") && !Self.isFurniture(item) {
        // The same object may be served by two groups.
        guard seen.insert(item.uid ?? "").inserted else { continue }
        guests.append("\(resource.type.kind.lowercased())/\(item.name ?? "")")
        if guests.count == 5 { return guests }
      }
    }
    return guests
  }

  /// What ``isFurniture(_:)`` looks at, and no more: there may be thousands.
  private func bareWithOwner(_ object: DynamicObject) -> DynamicObject {
    var slim = bare(object)
    slim["metadata", "ownerReferences"] = object["metadata", "ownerReferences"]
    slim["type"] = object["type"]
    return slim
  }

  private static func isFurniture(_ object: DynamicObject) -> Bool {
    if !(object["metadata", "ownerReferences"]?.array ?? []).isEmpty { return true }
    switch (object.kind, object.name) {
    case ("ServiceAccount", "default"), ("ConfigMap", "kube-root-ca.crt"): return true
    // OpenShift puts it into every namespace.
    case ("ConfigMap", "openshift-service-ca.crt"): return true
    case ("Secret", _): return object["type"]?.string == "kubernetes.io/service-account-token"
    default: return false
    }
  }
}
