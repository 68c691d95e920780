import Certificates
import Logging
import MusterCore
import NIOSSL
import Synchronization
import X509

/// A coordinator's own certificate and key: read from their files, read again when those change, and renewed in time if
/// the authority's key is at hand. Connections that are made afterwards use the new one; none is cut.
public final class ServerCredentials: Sendable {
  private struct State {
    var context: NIOSSLContext
    var chain: [Certificate]
    var configuration: TLSConfiguration
    var version: String
  }
  private let certificatePath: String
  private let keyPath: String
  private let authority: CertificateAuthority?
  private let lifetime: Duration
  private let state: Mutex<State>

  /// - Parameters:
  ///   - certificatePath: PEM: the server's certificate, and those that lead from it to the authority.
  ///   - keyPath: PEM; nobody but its owner may read it.
  ///   - authority: signs a new certificate when two thirds of the old one's time have passed; nil: whoever made the files
  ///     writes them anew.
  ///   - lifetime: of the certificates that are signed here.
  /// - Throws: ``CertificatesError`` in one sentence.
  public init(
    certificatePath: String, keyPath: String, authority: CertificateAuthority?, lifetime: Duration
  ) throws {
    self.certificatePath = certificatePath
    self.keyPath = keyPath
    self.authority = authority
    self.lifetime = lifetime
    state = Mutex(try Self.read(certificatePath, keyPath))
  }

  /// For a connection that is being made.
  var context: NIOSSLContext { state.withLock { $0.context } }
  /// For a server that makes its contexts itself.
  var configuration: TLSConfiguration { state.withLock { $0.configuration } }

  /// The server's certificate first.
  public var chain: [Certificate] { state.withLock { $0.chain } }

  /// When the certificate that is in use ends.
  public var expires: Timestamp { Timestamp(chain.first?.notValidAfter ?? .distantPast) }

  /// What ``refresh(at:)`` did.
  public enum Change: Sendable, Hashable { case none, reread, renewed }

  /// Renews the certificate if it is time, and reads the files again if they changed. To be called every now and then.
  ///
  /// - Throws: ``CertificatesError``; the old certificate stays in use.
  public func refresh(at now: Timestamp) throws -> Change {
    let known = state.withLock { $0.version }
    if Self.version(certificatePath, keyPath) != known {
      let fresh = try Self.read(certificatePath, keyPath)
      state.withLock { $0 = fresh }
      return .reread
    }
    guard let authority, let certificate = chain.first, Renewal.isDue(certificate, at: now) else { return .none }
    // An authority of the user's own may have signed it; it is not ours to replace.
    guard certificate.issuer == authority.certificate.subject else { return .none }
    let key = try SigningKey(pem: try PrivateFile.readKey(keyPath), of: keyPath)
    let renewed = try authority.issue(
      .server(ServerName.all(in: certificate)), to: key.publicKey, at: now, lifetime: lifetime)
    try PrivateFile.write(
      try renewed.pem() + authority.certificate.pem(), to: certificatePath, mode: .everyone)
    let fresh = try Self.read(certificatePath, keyPath)
    state.withLock { $0 = fresh }
    return .renewed
  }

  private static func version(_ certificatePath: String, _ keyPath: String) -> String {
    "\(PrivateFile.version(certificatePath) ?? "") \(PrivateFile.version(keyPath) ?? "")"
  }

  private static func read(_ certificatePath: String, _ keyPath: String) throws -> State {
    // Before the content, so that a change between the two is seen at the next look.
    let version = version(certificatePath, keyPath)
    let chain = try Certificate.all(inPEM: try PrivateFile.read(certificatePath), of: "'\(certificatePath)'")
    let key = try SigningKey(pem: try PrivateFile.readKey(keyPath), of: "'\(keyPath)'")
    guard chain.first?.publicKey == key.publicKey else {
      throw CertificatesError.mismatch(certificatePath, keyPath)
    }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: try chain.map {
        .certificate(try NIOSSLCertificate(bytes: try $0.serializeAsPEM().derBytes, format: .der))
      },
      privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.pem.reveal().utf8), format: .pem)))
    // Everything that speaks gRPC today speaks 1.3; older versions would show certificates to whoever listens.
    configuration.minimumTLSVersion = .tlsv13
    configuration.certificateVerification = .optionalVerification
    // Doors judge by the coordinator's own authorities. By default those of the machine would be loaded, and where it has none, as in
    // an image on nothing, there would be no TLS at all.
    configuration.trustRoots = .certificates([])
    configuration.applicationProtocols = ["h2", "grpc-exp"]
    return State(
      context: try NIOSSLContext(configuration: configuration), chain: chain, configuration: configuration,
      version: version)
  }
}
