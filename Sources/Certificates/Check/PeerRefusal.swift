import MusterCore

/// Why a peer's certificate is not taken.
public enum PeerRefusal: Error, Sendable, Hashable {
  case expired(Timestamp)
  case notYetValid(Timestamp)
  /// No authority that is trusted here stands behind it.
  case foreign(issuer: String)
  /// It speaks for these names, and not for the one that was asked for.
  case wrongName(wanted: ServerName, names: [ServerName])
  /// It is a client's where a server's is needed, or the reverse.
  case wrongPurpose
  case unreadable

  /// A stable word, for counts.
  public var word: String {
    switch self {
    case .expired: "expired"
    case .notYetValid: "not_yet_valid"
    case .foreign: "foreign_authority"
    case .wrongName: "wrong_name"
    case .wrongPurpose: "wrong_purpose"
    case .unreadable: "unreadable"
    }
  }
}
