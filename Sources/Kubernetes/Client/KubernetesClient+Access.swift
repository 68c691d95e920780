import NIOCore

extension KubernetesClient {
  /// Asks whether this client may do something, without doing it.
  ///
  /// - Parameters:
  ///   - verb: as in RBAC: `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`.
  ///   - namespace: nil: in all namespaces.
  ///   - name: nil: for all objects.
  public func mayI(
    _ verb: String, _ resource: ResourceType, in namespace: String? = nil, name: String? = nil,
    subresource: String? = nil
  ) async throws -> AccessDecision {
    var attributes: [String: JSONValue] = ["verb": .string(verb), "resource": .string(resource.plural)]
    if !resource.group.isEmpty { attributes["group"] = .string(resource.group) }
    attributes["version"] = .string(resource.version)
    attributes["namespace"] = namespace.map { .string($0) }
    attributes["name"] = name.map { .string($0) }
    attributes["subresource"] = subresource.map { .string($0) }
    let review: JSONValue = .object([
      "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
      "spec": .object(["resourceAttributes": .object(attributes)]),
    ])
    let request = APIRequest(
      .post, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
      headers: [("Accept", "application/json"), ("Content-Type", "application/json")], body: try Body.encode(review),
      patience: behaviour.patience)
    // A review keeps nothing, so it may be asked twice.
    let call = Call(request, verb: "review", subject: "the right to \(verb) \(resource.plural)", isRepeatable: true)
    return try ObjectFormat.decodePlain(AccessDecision.self, try await collect(call), doing: call.words)
  }
}
