import NIOCore

extension KubernetesClient {
  /// Which Kubernetes the server is.
  public func serverVersion() async throws -> ServerVersion {
    try await read(ServerVersion.self, "/version", "the server's version")
  }

  /// The groups that the server has, the core group first.
  public func apiGroups() async throws -> [APIGroup] {
    async let core = read(DiscoveryDocument.Core.self, "/api", "the core API's versions")
    async let groups = read(DiscoveryDocument.Groups.self, "/apis", "the API's groups")
    return try await [APIGroup(name: "", versions: core.versions)] + groups.sorted
  }

  /// The kinds of one group in one version.
  public func apiResources(group: String = "", version: String) async throws -> [APIResource] {
    let path = group.isEmpty ? "/api" : "/apis/\(ResourceType.segment(group))"
    let name = group.isEmpty ? version : "\(group)/\(version)"
    return try await read(
      DiscoveryDocument.Resources.self, "\(path)/\(ResourceType.segment(version))", "the kinds of \(name)"
    ).all(group: group, version: version)
  }

  /// All kinds that the server has. A group whose own server is down is named and does not hide the others.
  public func discover() async throws -> APIDirectory {
    let groups = try await apiGroups()
    let versions = groups.flatMap { group in group.versions.map { (group: group.name, version: $0) } }
    return try await withThrowingTaskGroup(of: (Int, Result<[APIResource], KubernetesError>).self) { tasks in
      for (index, entry) in versions.enumerated() {
        tasks.addTask {
          do {
            return (index, .success(try await self.apiResources(group: entry.group, version: entry.version)))
          } catch let error as KubernetesError {
            return (index, .failure(error))
          }
        }
      }
      var found: [Int: [APIResource]] = [:]
      var missing: [String: KubernetesError] = [:]
      for try await (index, result) in tasks {
        switch result {
        case .success(let resources): found[index] = resources
        case .failure(let error):
          guard !versions[index].group.isEmpty else { throw error }
          missing["\(versions[index].group)/\(versions[index].version)"] = error
        }
      }
      return APIDirectory(resources: versions.indices.flatMap { found[$0] ?? [] }, missing: missing)
    }
  }

  private func read<Value: Decodable>(_ type: Value.Type, _ path: String, _ subject: String) async throws -> Value {
    let request = APIRequest(.get, path, headers: [("Accept", "application/json")], patience: behaviour.patience)
    let call = Call(request, verb: "read", subject: subject)
    return try ObjectFormat.decodePlain(Value.self, try await collect(call), doing: call.words)
  }
}
