/// What somebody wants to do, as the rules of a ``FakeCluster`` are asked about it.
public struct FakeAccessQuestion: Sendable, Hashable {
  /// `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`.
  public var verb: String
  /// Empty for the core group.
  public var group: String
  /// Plural, as `pods`.
  public var resource: String
  public var subresource: String?
  /// Nil at the cluster's scope, and for all namespaces.
  public var namespace: String?
  public var name: String?

  public init(
    verb: String, group: String = "", resource: String, subresource: String? = nil, namespace: String? = nil,
    name: String? = nil
  ) {
    self.verb = verb
    self.group = group
    self.resource = resource
    self.subresource = subresource
    self.namespace = namespace
    self.name = name
  }
}
