/// A collection of a ``FakeCluster``, an object in it, or a part of one.
struct FakePlace: Sendable {
  var kind: FakeKind
  /// The version that the path names.
  var version: String
  /// Nil for all namespaces, and for what has none.
  var namespace: String?
  var name: String?
  var subresource: String?

  var apiVersion: String { kind.apiVersion(version) }

  /// Where the object stands on its shelf.
  var key: String {
    guard let namespace else { return name ?? "" }
    return "\(namespace)/\(name ?? "")"
  }

  func question(_ verb: String) -> FakeAccessQuestion {
    FakeAccessQuestion(
      verb: verb, group: kind.resource.group, resource: kind.resource.plural, subresource: subresource,
      namespace: namespace, name: name)
  }
}
