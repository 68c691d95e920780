/// All kinds that a server has.
public struct APIDirectory: Sendable {
  /// In the order of the server's groups, each group's preferred version first.
  public let resources: [APIResource]
  /// Groups whose server did not answer, with the reason: their kinds are missing.
  public let missing: [String: KubernetesError]

  public init(resources: [APIResource], missing: [String: KubernetesError] = [:]) {
    self.resources = resources
    self.missing = missing
  }

  /// What a person means by a word.
  ///
  /// - Parameter name: plural, singular, kind or short name, as `deploy`; with a group, or with version and group, where
  ///   that is not clear: `events.events.k8s.io`, `deployments.v1.apps`.
  /// - Throws: ``KubernetesError``: `unsupported` when the server has no such kind.
  public func find(_ name: String) throws -> APIResource {
    if let found = resources.first(where: { $0.isCalled(name) }) { return found }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if parts.count > 1 {
      let group = parts[1...].joined(separator: ".")
      let rest = parts.dropFirst(2).joined(separator: ".")
      let found = resources.first { resource in
        guard resource.isCalled(parts[0]) else { return false }
        return resource.type.group == group || (resource.type.version == parts[1] && resource.type.group == rest)
      }
      if let found { return found }
    }
    var sentence = "the API server has no kind '\(RefusalSentence.cleaned(name, limit: 100))'"
    if !missing.isEmpty { sentence += " (\(missing.keys.sorted().joined(separator: ", ")) did not answer)" }
    throw KubernetesError(.unsupported, sentence + "; look at the names that 'kubectl api-resources' shows")
  }

  /// The kind of a manifest.
  ///
  /// - Parameter apiVersion: as `apps/v1`.
  /// - Throws: as ``find(_:)``.
  public func find(apiVersion: String, kind: String) throws -> APIResource {
    if let found = resources.first(where: { $0.type.apiVersion == apiVersion && $0.type.kind == kind }) { return found }
    let others = resources.filter { $0.type.kind == kind }.map(\.type.apiVersion)
    let cure =
      others.isEmpty
      ? "install what brings that kind, or look for a wrong letter" : "it has \(others.joined(separator: ", "))"
    throw KubernetesError(
      .unsupported, "the API server has no '\(RefusalSentence.cleaned("\(apiVersion) \(kind)", limit: 200))'; \(cure)")
  }
}
