import MusterCore

/// What is kept of a token: enough to know it again, not enough to make it.
public struct TokenRecord: Sendable, Hashable, Codable {
  /// What a token can be traded for.
  public enum Use: String, Sendable, Hashable, Codable {
    /// A certificate.
    case certificate
    /// Nothing: it is shown itself, at every request over HTTP.
    case bearer
  }

  public var id: String
  /// See ``TokenText/hash(_:)``.
  public var secretHash: String
  public var use: Use
  public var role: Role
  /// Of the submitter; nil: his own name.
  public var namespace: String?
  /// The only kinds; nil: any.
  public var kinds: [String]?
  public var created: Timestamp
  /// Whose certificate asked for it; empty: made on the coordinator's machine.
  public var createdBy: String
  public var expires: Timestamp
  /// How many may trade it, 1 or more.
  public var uses: Int
  /// Who has traded it, `KEY NAME` each, the key by its fingerprint: one that asks again, because the answer was lost, uses
  /// it up once.
  public var usedBy: [String] = []
  public var revoked: Timestamp?

  public init(
    id: String, secretHash: String, use: Use = .certificate, role: Role, namespace: String? = nil,
    kinds: [String]? = nil, created: Timestamp, createdBy: String, expires: Timestamp, uses: Int = 1
  ) {
    self.id = id
    self.secretHash = secretHash
    self.use = use
    self.role = role
    self.namespace = namespace
    self.kinds = kinds
    self.created = created
    self.createdBy = createdBy
    self.expires = expires
    self.uses = uses
  }

  /// Why it is not taken now, in a sentence; nil if it is. That its secret is right has been seen to.
  ///
  /// - Parameter user: the key and the name for which a certificate is asked, as in ``usedBy``.
  func refusal(user: String?, at now: Timestamp) -> TrustError? {
    let again = "ask for a new one: muster token create --role \(role.rawValue)"
    if revoked != nil { return TrustError(.tokenRevoked, "token \(id) was revoked; \(again)") }
    if now >= expires {
      return TrustError(.tokenExpired, "token \(id) expired at \(TimeWords.utc(expires)); \(again)")
    }
    if let user, !usedBy.contains(user), usedBy.count >= uses {
      return TrustError(
        .tokenUsedUp,
        "token \(id) was used \(uses == 1 ? "once" : "\(uses) times"), which is all that it is for; \(again)")
    }
    return nil
  }
}
