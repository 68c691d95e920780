/// How much a namespace may use.
public struct ResourceQuota: KubernetesResource, Hashable, Codable {
  public static let resource = ResourceType(plural: "resourcequotas", kind: "ResourceQuota")

  /// The limits.
  public struct Spec: Sendable, Hashable, Codable {
    public var hard: [String: Quantity]?
    public var scopes: [String]?
    public var scopeSelector: JSONValue?

    public init(hard: [String: Quantity]? = nil, scopes: [String]? = nil, scopeSelector: JSONValue? = nil) {
      self.hard = hard
      self.scopes = scopes
      self.scopeSelector = scopeSelector
    }
  }

  /// What is used of them.
  public struct Status: Sendable, Hashable, Codable {
    public var hard: [String: Quantity]?
    public var used: [String: Quantity]?

    public init(hard: [String: Quantity]? = nil, used: [String: Quantity]? = nil) {
      self.hard = hard
      self.used = used
    }
  }

  /// Left out by servers in lists.
  public var apiVersion: String?
  public var kind: String?
  public var metadata: ObjectMeta
  public var spec: Spec?
  public var status: Status?

  public init(_ metadata: ObjectMeta, spec: Spec? = nil, status: Status? = nil) {
    apiVersion = Self.resource.apiVersion
    kind = Self.resource.kind
    self.metadata = metadata
    self.spec = spec
    self.status = status
  }
}
