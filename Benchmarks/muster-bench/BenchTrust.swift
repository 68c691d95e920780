import Certificates
import CoordinatorAPI
import Foundation
import MusterCore
import Trust

/// The authority of a coordinator that is measured: signs certificates for the peers in this process.
struct BenchTrust: Sendable {
  private let authority: CertificateAuthority

  /// Makes the certificates of a coordinator (`muster coordinator init`) and reads its authority.
  ///
  /// - Parameter state: the coordinator's state folder.
  init(making state: String, with muster: String) throws {
    let child = try ChildProcess(muster, ["coordinator", "init", "--state", state, "--output", "json"])
    while child.isRunning { usleep(5000) }
    // It has ended by itself; its guard is told so.
    child.end(with: SIGTERM)
    try self.init(state: state)
  }

  /// Reads the authority of a coordinator that has one.
  init(state: String) throws {
    let key = try SigningKey(pem: try PrivateFile.readKey("\(state)/trust/ca.key"), of: "ca.key")
    authority = try CertificateAuthority(certificate: try CertificateFile.first("\(state)/trust/ca.pem"), key: key)
  }

  func security(_ name: String, _ role: Role, namespace: String? = nil) throws -> ConnectionSecurity {
    let identity = Identity(name: name, role: role, namespace: namespace)
    let key = SigningKey()
    let certificate = try authority.issue(
      .client(name: name, uris: identity.uris), to: key.publicKey, at: SystemTime().timestamp(),
      lifetime: .seconds(86_400))
    return .tls(TLSIdentity(authorities: [authority.certificate], chain: [certificate], key: key))
  }

  /// Somebody who has no certificate.
  var stranger: ConnectionSecurity { .tls(TLSIdentity(authorities: [authority.certificate])) }
}

/// How the peers in this process connect: a worker under its own name, everybody else as an administrator.
struct BenchSecurity: Sendable {
  let trust: BenchTrust?
  private let admin: ConnectionSecurity

  init(_ trust: BenchTrust?) throws {
    self.trust = trust
    admin = try trust?.security("bench", .admin) ?? .plaintext
  }

  static var plaintext: BenchSecurity { get throws { try BenchSecurity(nil) } }

  @Sendable func people(_ address: CoordinatorAddress) -> ConnectionSecurity { admin }

  func worker(_ name: String) throws -> ConnectionSecurity { try trust?.security(name, .worker) ?? .plaintext }
}
