/// Who has a role in the whole cluster.
public struct ClusterRoleBinding: KubernetesResource, CompleteObject, Hashable {
  public static let resource = ResourceType(
    group: "rbac.authorization.k8s.io", plural: "clusterrolebindings", kind: "ClusterRoleBinding", isNamespaced: false)

  /// Left out by servers in lists.
  public var apiVersion: String?
  public var kind: String?
  public var metadata: ObjectMeta
  public var roleRef: RoleBinding.Reference
  public var subjects: [RoleBinding.Subject]?

  public init(_ metadata: ObjectMeta, roleRef: RoleBinding.Reference, subjects: [RoleBinding.Subject]? = nil) {
    apiVersion = Self.resource.apiVersion
    kind = Self.resource.kind
    self.metadata = metadata
    self.roleRef = roleRef
    self.subjects = subjects
  }
}
