import Kubernetes

extension ClusterObserver {
  /// What runs from an image in this cluster and is not of these workers, a few of them: `provers/pod/w1`.
  ///
  /// - Returns: nil when other namespaces may not be seen and nothing was found in this one.
  func users(of image: DeliveredImage) async throws -> [String]? {
    var users: [String] = []
    var isAllKnown = true
    for type in [WorkerKinds.deployment, WorkerKinds.pod] {
      do {
        users += try await runners(of: image, type, in: nil)
      } catch let error as KubernetesError where error.status?.code == 403 {
        isAllKnown = false
        do {
          users += try await runners(of: image, type, in: namespace)
        } catch let error as KubernetesError where error.status?.code == 403 {}
      }
    }
    return users.isEmpty && !isAllKnown ? nil : Array(users.prefix(5))
  }

  private func runners(
    of image: DeliveredImage, _ type: ResourceType, in space: String?
  ) async throws -> [String] {
    var found: [String] = []
    let suffix = "@\(image.digest)"
    // Of this cluster's own images, the name is that of any of the registry's hosts.
    let tagged = "/\(image.reference.repository):\(image.tag)"
    for try await page in client.resources(DynamicObject.self, of: type, in: space).pages(ListOptions(limit: 500)) {
      for object in page.items where !isOwn(object, type) && object["metadata", "deletionTimestamp"] == nil {
        let runs = Self.images(object, type).contains { $0.hasSuffix(suffix) || $0.hasSuffix(tagged) }
        if runs { found.append("\(object.namespace ?? "")/\(type.kind.lowercased())/\(object.name ?? "")") }
        if found.count == 5 { return found }
      }
    }
    return found
  }

  private func isOwn(_ object: DynamicObject, _ type: ResourceType) -> Bool {
    guard object.namespace == namespace else { return false }
    if type.kind == "Deployment" { return object.name == WorkerNames.deployment }
    return object["metadata", "labels"]?[.name(WorkerNames.role.key)]?.string == WorkerNames.role.value
  }

  private static func images(_ object: DynamicObject, _ type: ResourceType) -> [String] {
    let spec = type.kind == "Deployment" ? object["spec", "template", "spec"] : object["spec"]
    let containers = (spec?["containers"]?.array ?? []) + (spec?["initContainers"]?.array ?? [])
    let states = object["status", "containerStatuses"]?.array ?? []
    return containers.compactMap { $0["image"]?.string } + states.compactMap { $0["imageID"]?.string }
  }
}
