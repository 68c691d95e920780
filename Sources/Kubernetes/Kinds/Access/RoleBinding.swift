/// Who has a role in a namespace.
public struct RoleBinding: KubernetesResource, CompleteObject, Hashable {
  public static let resource = ResourceType(
    group: "rbac.authorization.k8s.io", plural: "rolebindings", kind: "RoleBinding")

  /// A `User`, a `Group` or a `ServiceAccount`.
  public struct Subject: Sendable, Hashable, Codable {
    public var kind: String
    public var name: String
    public var apiGroup: String?
    public var namespace: String?

    public init(kind: String, name: String, apiGroup: String? = nil, namespace: String? = nil) {
      self.kind = kind
      self.name = name
      self.apiGroup = apiGroup
      self.namespace = namespace
    }
  }

  /// The role.
  public struct Reference: Sendable, Hashable, Codable {
    public var apiGroup: String
    public var kind: String
    public var name: String

    public init(apiGroup: String, kind: String, name: String) {
      self.apiGroup = apiGroup
      self.kind = kind
      self.name = name
    }
  }

  /// Left out by servers in lists.
  public var apiVersion: String?
  public var kind: String?
  public var metadata: ObjectMeta
  public var roleRef: Reference
  public var subjects: [Subject]?

  public init(_ metadata: ObjectMeta, roleRef: Reference, subjects: [Subject]? = nil) {
    apiVersion = Self.resource.apiVersion
    kind = Self.resource.kind
    self.metadata = metadata
    self.roleRef = roleRef
    self.subjects = subjects
  }
}
