import Certificates
import MusterCore
import X509

/// Whom a client trusts, and who it is itself.
public struct TLSIdentity: Sendable {
  /// Authorities whose servers are taken for coordinators.
  public var authorities: [Certificate]
  /// Its own certificate, and what leads from it to the authority; empty: it has none, as before joining.
  public var chain: [Certificate]
  /// The key of its own certificate.
  public var key: SigningKey?

  public init(authorities: [Certificate], chain: [Certificate] = [], key: SigningKey? = nil) {
    self.authorities = authorities
    self.chain = chain
    self.key = key
  }
}

/// How to connect to a coordinator.
public enum ConnectionSecurity: Sendable {
  /// Without encryption, and without saying who one is.
  case plaintext
  case tls(TLSIdentity)

  var isTLS: Bool { if case .tls = self { true } else { false } }
}
