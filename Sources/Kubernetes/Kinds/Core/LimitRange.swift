/// How much one pod, container or claim may and shall use.
public struct LimitRange: KubernetesResource, CompleteObject, Hashable {
  public static let resource = ResourceType(plural: "limitranges", kind: "LimitRange")

  /// The limits.
  public struct Spec: Sendable, Hashable, Codable {
    public var limits: [Limit]?

    public init(limits: [Limit]? = nil) {
      self.limits = limits
    }
  }

  /// Those of one type: `Pod`, `Container` or `PersistentVolumeClaim`.
  public struct Limit: Sendable, Hashable, Codable {
    public var type: String
    public var max: [String: Quantity]?
    public var min: [String: Quantity]?
    public var `default`: [String: Quantity]?
    public var defaultRequest: [String: Quantity]?
    public var maxLimitRequestRatio: [String: Quantity]?

    public init(
      type: String, max: [String: Quantity]? = nil, min: [String: Quantity]? = nil,
      default: [String: Quantity]? = nil, defaultRequest: [String: Quantity]? = nil,
      maxLimitRequestRatio: [String: Quantity]? = nil
    ) {
      self.type = type
      self.max = max
      self.min = min
      self.default = `default`
      self.defaultRequest = defaultRequest
      self.maxLimitRequestRatio = maxLimitRequestRatio
    }
  }

  /// Left out by servers in lists.
  public var apiVersion: String?
  public var kind: String?
  public var metadata: ObjectMeta
  public var spec: Spec?

  public init(_ metadata: ObjectMeta, spec: Spec? = nil) {
    apiVersion = Self.resource.apiVersion
    kind = Self.resource.kind
    self.metadata = metadata
    self.spec = spec
  }
}
