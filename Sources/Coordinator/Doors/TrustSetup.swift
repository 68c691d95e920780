import Certificates
import MusterCore
import Trust
import X509

/// What a coordinator needs to speak TLS and to know who calls.
public struct TrustSetup: Sendable {
  /// Whose certificates are taken.
  public var roots: [Certificate]
  /// Signs certificates of those who join; nil: another program does, and nobody can join here.
  public var authority: CertificateAuthority?
  public var credentials: ServerCredentials
  public var store: any TrustStore
  /// Of the certificates that are signed for workers and people.
  public var lifetime: Duration
  /// Certificates that were made beside the coordinator, such as the first administrator's.
  public var madeBeside: [Certificate] = []

  public init(
    roots: [Certificate], authority: CertificateAuthority?, credentials: ServerCredentials, store: any TrustStore,
    lifetime: Duration = .seconds(30 * 86_400)
  ) {
    self.roots = roots
    self.authority = authority
    self.credentials = credentials
    self.store = store
    self.lifetime = lifetime
  }
}
