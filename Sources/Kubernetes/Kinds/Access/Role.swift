/// What may be done in a namespace.
public struct Role: KubernetesResource, CompleteObject, Hashable {
  public static let resource = ResourceType(group: "rbac.authorization.k8s.io", plural: "roles", kind: "Role")

  /// Left out by servers in lists.
  public var apiVersion: String?
  public var kind: String?
  public var metadata: ObjectMeta
  public var rules: [PolicyRule]?

  public init(_ metadata: ObjectMeta, rules: [PolicyRule]? = nil) {
    apiVersion = Self.resource.apiVersion
    kind = Self.resource.kind
    self.metadata = metadata
    self.rules = rules
  }
}
