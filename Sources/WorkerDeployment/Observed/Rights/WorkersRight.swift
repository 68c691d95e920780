import Kubernetes

/// Something that an account must be allowed to do.
public struct WorkersRight: Sendable, Hashable {
  /// As in RBAC: `get`, `list`, `watch`, `create`, `patch`, `delete`.
  public var verb: String
  public var type: ResourceType
  /// `scale`, `log`; nil: the object itself.
  public var subresource: String?
  /// Nil: all of the kind.
  public var name: String?
  /// Nil: in the whole cluster.
  public var namespace: String?

  public init(
    _ verb: String, _ type: ResourceType, name: String? = nil, subresource: String? = nil, in namespace: String?
  ) {
    self.verb = verb
    self.type = type
    self.name = name
    self.subresource = subresource
    self.namespace = namespace
  }

  /// What a Role can grant: Kubernetes ties `create`, and here also `list` and `watch`, to no names.
  var granted: WorkersRight {
    var right = self
    if ["create", "list", "watch"].contains(verb) { right.name = nil }
    return right
  }

  /// `deployments.apps/scale`, as kubectl writes it.
  public var resource: String {
    (type.group.isEmpty ? type.plural : "\(type.plural).\(type.group)") + (subresource.map { "/\($0)" } ?? "")
  }
}
