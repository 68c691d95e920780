/// How many replicas an object is to have, and has: the subresource `scale`.
public struct Scale: Sendable, Hashable, Codable {
  /// What is to be.
  public struct Spec: Sendable, Hashable, Codable {
    public var replicas: Int?

    public init(replicas: Int? = nil) {
      self.replicas = replicas
    }
  }

  /// What is.
  public struct Status: Sendable, Hashable, Codable {
    public var replicas: Int?
    /// The pods' labels, as text.
    public var selector: String?

    public init(replicas: Int? = nil, selector: String? = nil) {
      self.replicas = replicas
      self.selector = selector
    }
  }

  public var apiVersion: String?
  public var kind: String?
  public var metadata: ObjectMeta?
  public var spec: Spec?
  public var status: Status?

  public init(
    apiVersion: String? = nil, kind: String? = nil, metadata: ObjectMeta? = nil, spec: Spec? = nil,
    status: Status? = nil
  ) {
    self.apiVersion = apiVersion
    self.kind = kind
    self.metadata = metadata
    self.spec = spec
    self.status = status
  }
}
