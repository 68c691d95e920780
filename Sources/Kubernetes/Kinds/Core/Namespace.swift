/// A place for objects of its own.
public struct Namespace: KubernetesResource, Hashable, Codable {
  public static let resource = ResourceType(plural: "namespaces", kind: "Namespace", isNamespaced: false)

  /// What must be done before it goes.
  public struct Spec: Sendable, Hashable, Codable {
    public var finalizers: [String]?

    public init(finalizers: [String]? = nil) {
      self.finalizers = finalizers
    }
  }

  /// Whether it is being deleted.
  public struct Status: Sendable, Hashable, Codable {
    /// `Active` or `Terminating`.
    public var phase: String?
    public var conditions: [Condition]?

    public init(phase: String? = nil, conditions: [Condition]? = nil) {
      self.phase = phase
      self.conditions = conditions
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
