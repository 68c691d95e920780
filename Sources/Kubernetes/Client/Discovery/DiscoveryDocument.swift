/// The answers of `/api`, `/apis` and `/apis/GROUP/VERSION`.
///
/// Source of the formats: `meta/v1.APIVersions`, `APIGroupList`, `APIResourceList`.
enum DiscoveryDocument {
  struct Core: Decodable { var versions: [String] }

  struct Groups: Decodable {
    struct Group: Decodable {
      var name: String
      var versions: [Version]
      var preferredVersion: Version?
    }

    struct Version: Decodable { var version: String }

    var groups: [Group]

    /// Each group with the preferred version first.
    var sorted: [APIGroup] {
      groups.map { group in
        let versions = group.versions.map(\.version)
        let preferred = group.preferredVersion.map { [$0.version] } ?? []
        return APIGroup(name: group.name, versions: preferred + versions.filter { !preferred.contains($0) })
      }
    }
  }

  struct Resources: Decodable {
    struct Resource: Decodable {
      /// `deployments`, or `deployments/status`.
      var name: String
      var singularName: String?
      var namespaced: Bool
      var kind: String
      var verbs: [String]?
      var shortNames: [String]?
      var categories: [String]?
    }

    var resources: [Resource]

    func all(group: String, version: String) -> [APIResource] {
      let parts = resources.map { ($0, $0.name.split(separator: "/", maxSplits: 1).map(String.init)) }
      var subresources: [String: [String]] = [:]
      for (_, path) in parts where path.count == 2 { subresources[path[0], default: []].append(path[1]) }
      return parts.compactMap { resource, path in
        guard path.count == 1 else { return nil }
        return APIResource(
          type: ResourceType(
            group: group, version: version, plural: resource.name, kind: resource.kind,
            isNamespaced: resource.namespaced),
          singular: resource.singularName ?? "", shortNames: resource.shortNames ?? [], verbs: resource.verbs ?? [],
          categories: resource.categories ?? [], subresources: subresources[resource.name] ?? [])
      }
    }
  }
}
