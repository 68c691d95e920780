import NIOCore

/// The objects of one kind, in one namespace or in all.
public struct ResourceClient<Object: KubernetesObject>: Sendable {
  public let client: KubernetesClient
  public let resource: ResourceType
  /// Nil for all namespaces, and for what has none.
  public let namespace: String?

  init(client: KubernetesClient, resource: ResourceType, namespace: String?) {
    self.client = client
    self.resource = resource
    self.namespace = resource.isNamespaced ? namespace : nil
  }

  /// The same objects, read as another type: with other fields, or whole.
  public func reading<Other: KubernetesObject>(_ type: Other.Type) -> ResourceClient<Other> {
    ResourceClient<Other>(client: client, resource: resource, namespace: namespace)
  }

  /// A call about one object.
  ///
  /// - Throws: `badValue` when the name is empty or cannot stand in a path, or when the namespace is missing or cannot.
  func call(
    _ method: APIRequest.Method, _ verb: String, name: String, subresource: String? = nil,
    query: [(name: String, value: String)] = [], body: ByteBuffer? = nil, contentType: String = "application/json"
  ) throws -> Call {
    guard !name.isEmpty else {
      throw KubernetesError(.badValue, "cannot \(verb) a \(word) without a name; give the name of one")
    }
    try check(name, is: "name", verb)
    try checkNamespace(verb, "'\(name)'")
    if let namespace { try check(namespace, is: "namespace", verb) }
    for part in subresource?.split(separator: "/", omittingEmptySubsequences: false) ?? [] {
      try check(String(part), is: "subresource", verb)
    }
    let part = subresource.map { "the \($0) of " } ?? ""
    return call(
      method, verb, path: resource.path(in: namespace, name: name, subresource: subresource),
      subject: "\(part)\(word) '\(name)'\(place)", query: query, body: body, contentType: contentType)
  }

  /// A call about the collection.
  ///
  /// - Throws: `badValue` when the namespace cannot stand in a path.
  func call(
    _ method: APIRequest.Method, _ verb: String, query: [(name: String, value: String)] = [], body: ByteBuffer? = nil
  ) throws -> Call {
    if let namespace { try check(namespace, is: "namespace", verb) }
    let everywhere = resource.isNamespaced && namespace == nil ? " in all namespaces" : place
    return call(
      method, verb, path: resource.path(in: namespace), subject: resource.plural + everywhere, query: query, body: body,
      contentType: "application/json")
  }

  private func check(_ text: String, is what: String, _ verb: String) throws {
    guard let fault = ResourceType.segmentFault(text) else { return }
    let shown = RefusalSentence.cleaned(text, limit: 100)
    throw KubernetesError(
      .badValue,
      "cannot \(verb) a \(word): the \(what) '\(shown)' \(fault); give one that the API server could have taken")
  }

  func checkNamespace(_ verb: String, _ what: String) throws {
    guard resource.isNamespaced && namespace == nil else { return }
    throw KubernetesError(
      .badValue, "cannot \(verb) \(word) \(what) without a namespace; ask for the resources of one namespace")
  }

  func call(
    _ method: APIRequest.Method, _ verb: String, path: String, subject: String,
    query: [(name: String, value: String)], body: ByteBuffer?, contentType: String
  ) -> Call {
    var headers = [(name: "Accept", value: ObjectFormat.accept(Object.self, isList: verb == "list"))]
    if body != nil { headers.append(("Content-Type", contentType)) }
    let request = APIRequest(
      method, path, query: query, headers: headers, body: body, patience: client.behaviour.patience)
    return Call(request, verb: verb, subject: subject)
  }

  /// The kind as it is said in a sentence.
  var word: String { resource.kind.lowercased() }

  var place: String { namespace.map { " in namespace '\($0)'" } ?? "" }
}
