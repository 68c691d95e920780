/// How an object is deleted.
///
/// Source of the format: `meta/v1.DeleteOptions`.
public struct DeleteOptions: Sendable, Hashable {
  /// What becomes of the objects that belong to the deleted one.
  public enum Propagation: String, Sendable, Hashable, Encodable {
    /// They stay.
    case orphan = "Orphan"
    /// The object goes at once, they go afterwards.
    case background = "Background"
    /// They go first; the object stays, marked as deleted, until they are gone.
    case foreground = "Foreground"
  }

  /// Nil: what the kind does by default.
  public var propagation: Propagation?
  /// Seconds that the object's programs have to end; 0: at once. Nil: what the object says.
  public var gracePeriodSeconds: Int?
  /// Delete only the object of this uid, not a later one of the same name.
  public var uid: String?
  /// Delete only this version.
  public var resourceVersion: String?
  /// The server checks and answers, and deletes nothing.
  public var isDryRun: Bool

  public init(
    propagation: Propagation? = nil, gracePeriodSeconds: Int? = nil, uid: String? = nil,
    resourceVersion: String? = nil, isDryRun: Bool = false
  ) {
    self.propagation = propagation
    self.gracePeriodSeconds = gracePeriodSeconds
    self.uid = uid
    self.resourceVersion = resourceVersion
    self.isDryRun = isDryRun
  }
}

extension DeleteOptions: Encodable {
  private enum Key: String, CodingKey {
    case apiVersion, kind, propagationPolicy, gracePeriodSeconds, preconditions, dryRun, uid, resourceVersion
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode("v1", forKey: .apiVersion)
    try container.encode("DeleteOptions", forKey: .kind)
    try container.encodeIfPresent(propagation, forKey: .propagationPolicy)
    try container.encodeIfPresent(gracePeriodSeconds, forKey: .gracePeriodSeconds)
    if isDryRun { try container.encode(["All"], forKey: .dryRun) }
    if uid != nil || resourceVersion != nil {
      var preconditions = container.nestedContainer(keyedBy: Key.self, forKey: .preconditions)
      try preconditions.encodeIfPresent(uid, forKey: .uid)
      try preconditions.encodeIfPresent(resourceVersion, forKey: .resourceVersion)
    }
  }
}
