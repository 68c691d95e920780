/// A question: may I do this?
public struct SelfSubjectAccessReview: KubernetesResource, Hashable, Codable {
  public static let resource = ResourceType(
    group: "authorization.k8s.io", plural: "selfsubjectaccessreviews", kind: "SelfSubjectAccessReview",
    isNamespaced: false)

  /// What is asked.
  public struct Spec: Sendable, Hashable, Codable {
    public var resourceAttributes: Attributes?
    public var nonResourceAttributes: PathAttributes?

    public init(resourceAttributes: Attributes? = nil, nonResourceAttributes: PathAttributes? = nil) {
      self.resourceAttributes = resourceAttributes
      self.nonResourceAttributes = nonResourceAttributes
    }
  }

  /// Doing something with objects.
  public struct Attributes: Sendable, Hashable, Codable {
    public var namespace: String?
    public var verb: String?
    public var group: String?
    public var version: String?
    public var resource: String?
    public var subresource: String?
    public var name: String?

    public init(
      namespace: String? = nil, verb: String? = nil, group: String? = nil, version: String? = nil,
      resource: String? = nil, subresource: String? = nil, name: String? = nil
    ) {
      self.namespace = namespace
      self.verb = verb
      self.group = group
      self.version = version
      self.resource = resource
      self.subresource = subresource
      self.name = name
    }
  }

  /// Doing something with a path.
  public struct PathAttributes: Sendable, Hashable, Codable {
    public var path: String?
    public var verb: String?

    public init(path: String? = nil, verb: String? = nil) {
      self.path = path
      self.verb = verb
    }
  }

  /// The answer.
  public struct Status: Sendable, Hashable, Codable {
    public var allowed: Bool
    public var denied: Bool?
    public var reason: String?
    public var evaluationError: String?

    public init(allowed: Bool, denied: Bool? = nil, reason: String? = nil, evaluationError: String? = nil) {
      self.allowed = allowed
      self.denied = denied
      self.reason = reason
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
