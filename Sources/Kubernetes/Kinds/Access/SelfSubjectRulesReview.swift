/// A question: what may I do in this namespace?
public struct SelfSubjectRulesReview: KubernetesResource, Hashable, Codable {
  public static let resource = ResourceType(
    group: "authorization.k8s.io", plural: "selfsubjectrulesreviews", kind: "SelfSubjectRulesReview",
    isNamespaced: false)

  /// What is asked.
  public struct Spec: Sendable, Hashable, Codable {
    public var namespace: String?

    public init(namespace: String? = nil) {
      self.namespace = namespace
    }
  }

  /// The answer.
  public struct Status: Sendable, Hashable, Codable {
    public var resourceRules: [PolicyRule]?
    public var nonResourceRules: [PolicyRule]?
    /// Whether there may be more than the server can tell.
    public var incomplete: Bool?
    public var evaluationError: String?

    public init(
      resourceRules: [PolicyRule]? = nil, nonResourceRules: [PolicyRule]? = nil, incomplete: Bool? = nil,
      evaluationError: String? = nil
    ) {
      self.resourceRules = resourceRules
      self.nonResourceRules = nonResourceRules
      self.incomplete = incomplete
      self.evaluationError = evaluationError
    }
  }

  /// Left out by servers in lists.
  public var apiVersion: String?
  public var kind: String?
  public var metadata: ObjectMeta
  public var spec: Spec
  public var status: Status?

  public init(_ metadata: ObjectMeta, spec: Spec, status: Status? = nil) {
    apiVersion = Self.resource.apiVersion
    kind = Self.resource.kind
    self.metadata = metadata
    self.spec = spec
    self.status = status
  }
}
