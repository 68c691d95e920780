import MusterCore

/// A worker, person or program that got certificates here, or was forbidden to use those that it has.
public struct SubjectRecord: Sendable, Hashable, Codable {
  /// One certificate.
  public struct Issue: Sendable, Hashable, Codable {
    /// The serial number in hexadecimal digits.
    public var serial: String
    public var issued: Timestamp
    public var expires: Timestamp
  }

  public var identity: Identity
  /// The fingerprint of the key that the name belongs to; empty for one that was only ever revoked.
  public var key: String
  /// Those that are still valid, oldest first.
  public var certificates: [Issue]
  /// The token that it came with.
  public var token: String
  /// From then on certificates of before are refused.
  public var revoked: Timestamp?

  /// When the last of its certificates ends; nil if it has none.
  public var expires: Timestamp? { certificates.map(\.expires).max() }

  mutating func prune(at now: Timestamp) { certificates.removeAll { $0.expires <= now } }
}
