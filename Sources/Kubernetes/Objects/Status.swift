/// The API server's account of a request that failed, or of one that has nothing else to return.
///
/// Source of the format: `meta/v1.Status`.
public struct Status: Sendable, Hashable, Codable {
  /// One thing that is wrong, and where.
  public struct Cause: Sendable, Hashable, Codable {
    /// Machine-readable, as `FieldValueInvalid` or `FieldManagerConflict`.
    public var reason: String?
    public var message: String?
    /// A path in the object, as `spec.replicas` or `.spec.replicas`.
    public var field: String?

    public init(reason: String? = nil, message: String? = nil, field: String? = nil) {
      self.reason = reason
      self.message = message
      self.field = field
    }
  }

  /// What the request was about.
  public struct Details: Sendable, Hashable, Codable {
    public var name: String?
    public var group: String?
    public var kind: String?
    public var uid: String?
    public var causes: [Cause]?
    /// Seconds that the server wants to be left alone.
    public var retryAfterSeconds: Int?

    public init(
      name: String? = nil, group: String? = nil, kind: String? = nil, uid: String? = nil, causes: [Cause]? = nil,
      retryAfterSeconds: Int? = nil
    ) {
      self.name = name
      self.group = group
      self.kind = kind
      self.uid = uid
      self.causes = causes
      self.retryAfterSeconds = retryAfterSeconds
    }
  }

  /// `Success` or `Failure`.
  public var status: String?
  public var message: String?
  /// Machine-readable: `NotFound`, `AlreadyExists`, `Conflict`, `Invalid`, `Expired`, …
  public var reason: String?
  public var details: Details?
  /// The HTTP status.
  public var code: Int?

  public init(
    status: String? = nil, message: String? = nil, reason: String? = nil, details: Details? = nil, code: Int? = nil
  ) {
    self.status = status
    self.message = message
    self.reason = reason
    self.details = details
    self.code = code
  }
}
