import Certificates
import CoordinatorAPI
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2
import MusterCore
import Testing
import Trust
import X509

@testable import Coordinator

/// A coordinator with TLS on a port of the loopback interface, and the authority that signs for its callers.
struct TLSRig: Sendable {
  let served: Served
  let authority: CertificateAuthority
  let store: EmbeddedTrustStore
  let audit: String

  typealias Calls = Muster_V1_Muster.Client<HTTP2ClientTransport.Posix>
  typealias TrustCalls = Muster_V1_Trust.Client<HTTP2ClientTransport.Posix>

  static func run(
    limits: CoordinatorConfiguration.Limits = .init(), lifetime: Duration = .seconds(3600),
    configure: @Sendable (inout CoordinatorConfiguration) -> Void = { _ in },
    _ body: @Sendable (TLSRig) async throws -> Void
  ) async throws {
    try await withFolder { folder in
      let now = SystemTime().timestamp()
      let authority = try CertificateAuthority.make(
        name: "test", at: now + .seconds(-86_400), lifetime: .seconds(2 * 86_400))
      let key = SigningKey()
      let server = try authority.issue(
        .server([try ServerName("127.0.0.1"), try ServerName("localhost")]), to: key.publicKey, at: now,
        lifetime: .seconds(3600))
      try PrivateFile.write(try server.pem() + authority.certificate.pem(), to: "\(folder)/server.pem", mode: .everyone)
      try PrivateFile.write(key.pem.reveal(), to: "\(folder)/server.key", mode: .owner)
      let store = try EmbeddedTrustStore(path: nil)
      let setup = TrustSetup(
        roots: [authority.certificate], authority: authority,
        credentials: try ServerCredentials(
          certificatePath: "\(folder)/server.pem", keyPath: "\(folder)/server.key", authority: authority,
          lifetime: .seconds(3600)), store: store, lifetime: lifetime)
      let audit = "\(folder)/audit.log"
      try await Served.run(configure: { configuration in
        configuration.listeners = [.init(host: "127.0.0.1", port: 0, services: [.muster, .original], tls: true)]
        configuration.trust = setup
        configuration.limits = limits
        configuration.auditPath = audit
        configure(&configuration)
      }) { served in
        try await body(TLSRig(served: served, authority: authority, store: store, audit: audit))
      }
      .get()
    }
  }

  /// A certificate for somebody.
  func security(
    _ identity: Identity, from start: Duration = .zero, lifetime: Duration = .seconds(600),
    by authority: CertificateAuthority? = nil, uris: [String]? = nil
  ) throws -> ConnectionSecurity {
    let key = SigningKey()
    let signer = authority ?? self.authority
    let certificate = try signer.issue(
      .client(name: identity.name, uris: uris ?? identity.uris), to: key.publicKey,
      at: SystemTime().timestamp() + start, lifetime: lifetime)
    return .tls(TLSIdentity(authorities: [self.authority.certificate], chain: [certificate], key: key))
  }

  var stranger: ConnectionSecurity { .tls(TLSIdentity(authorities: [authority.certificate])) }

  func call<R: Sendable>(
    _ security: ConnectionSecurity, _ body: @Sendable (Calls, TrustCalls) async throws -> R
  ) async throws -> R {
    try await withGRPCClient(transport: try CoordinatorTransport.make(to: served.address, security: security)) {
      try await body(Calls(wrapping: $0), TrustCalls(wrapping: $0))
    }
  }

  func call<R: Sendable>(
    _ identity: Identity, _ body: @Sendable (Calls, TrustCalls) async throws -> R
  ) async throws -> R {
    try await call(try security(identity), body)
  }

  var refusals: [String: UInt64] { served.service.refusals }

  func auditLines() throws -> [[String: Any]] {
    try String(contentsOfFile: audit, encoding: .utf8).split(separator: "\n").compactMap {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
  }
}

let ada = Identity(name: "ada", role: .submit)
let eve = Identity(name: "eve", role: .submit)
let root = Identity(name: "root", role: .admin)
let viewer = Identity(name: "viewer", role: .read)
