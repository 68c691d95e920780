/// What may be done in the cluster.
public struct ClusterRole: KubernetesResource, CompleteObject, Hashable {
  public static let resource = ResourceType(
    group: "rbac.authorization.k8s.io", plural: "clusterroles", kind: "ClusterRole", isNamespaced: false)

  /// Its rules are those of the roles that have such labels.
  public struct Aggregation: Sendable, Hashable, Codable {
    public var clusterRoleSelectors: [LabelSelector]?

    public init(clusterRoleSelectors: [LabelSelector]? = nil) {
      self.clusterRoleSelectors = clusterRoleSelectors
    }
  }

  /// Left out by servers in lists.
  public var apiVersion: String?
  public var kind: String?
  public var metadata: ObjectMeta
  public var rules: [PolicyRule]?
  public var aggregationRule: Aggregation?

  public init(_ metadata: ObjectMeta, rules: [PolicyRule]? = nil, aggregationRule: Aggregation? = nil) {
    apiVersion = Self.resource.apiVersion
    kind = Self.resource.kind
    self.metadata = metadata
    self.rules = rules
    self.aggregationRule = aggregationRule
  }
}
