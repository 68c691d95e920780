import Certificates
import Foundation
import MusterCore
import X509

/// A folder that holds what somebody needs to connect: `ca.pem`, `cert.pem`, `key.pem` (0600), and, in `identity.json`, to
/// which coordinator and as whom. Ordinary files, which other programs can read too.
public struct IdentityFolder: Sendable {
  /// What stands in `identity.json`. For people; the certificate is what counts.
  public struct Facts: Sendable, Hashable, Codable {
    /// `HOST:PORT`, several with commas; empty: not known.
    public var coordinator: String
    public var name: String
    public var role: String
    public var namespace: String?
    public var kinds: [String]?

    public init(coordinator: String, _ subject: Muster_V1_Subject) {
      self.coordinator = coordinator
      name = subject.name
      role = subject.role
      namespace = subject.namespace.isEmpty ? nil : subject.namespace
      kinds = subject.kinds.isEmpty ? nil : subject.kinds
    }
  }

  public let path: String

  public init(_ path: String) { self.path = path }

  public var authorityPath: String { "\(path)/ca.pem" }
  public var certificatePath: String { "\(path)/cert.pem" }
  public var keyPath: String { "\(path)/key.pem" }
  private var factsPath: String { "\(path)/identity.json" }

  /// Whether somebody has joined or logged in here.
  public var exists: Bool { PrivateFile.exists(certificatePath) }

  /// - Throws: ``CertificatesError`` in one sentence that names the file.
  public func load() throws -> TLSIdentity {
    let authorities = try Certificate.all(inPEM: try PrivateFile.read(authorityPath), of: "'\(authorityPath)'")
    let chain = try Certificate.all(inPEM: try PrivateFile.read(certificatePath), of: "'\(certificatePath)'")
    let key = try SigningKey(pem: try PrivateFile.readKey(keyPath), of: "'\(keyPath)'")
    guard chain.first?.publicKey == key.publicKey else { throw CertificatesError.mismatch(certificatePath, keyPath) }
    return TLSIdentity(authorities: authorities, chain: chain, key: key)
  }

  /// The facts; nil if they are missing, as in a folder that was made by hand.
  public func facts() throws -> Facts? {
    guard PrivateFile.exists(factsPath) else { return nil }
    return try? JSONDecoder().decode(Facts.self, from: Data(try PrivateFile.read(factsPath).utf8))
  }

  /// The folder's key, made if there is none: on disk before anything is asked for it, so that a question whose answer was
  /// lost is asked again with the same one.
  public func key() throws -> SigningKey {
    try PrivateFile.makeFolder(path)
    if PrivateFile.exists(keyPath) { return try SigningKey(pem: try PrivateFile.readKey(keyPath), of: "'\(keyPath)'") }
    let key = SigningKey()
    try PrivateFile.write(key.pem.reveal(), to: keyPath, mode: .owner)
    return key
  }

  /// Keeps what a coordinator gave for this folder's key. The certificate last: with it the folder is whole.
  public func save(_ credentials: Muster_V1_Credentials, coordinator: String) throws {
    // What is not a certificate must not replace one.
    let chain = try Certificate.all(inPEM: credentials.certificate, of: "the coordinator's answer")
    _ = try Certificate.all(inPEM: credentials.authority, of: "the coordinator's answer")
    guard chain.first?.publicKey == (try key()).publicKey else {
      throw APIError(.internalError, "the coordinator answered with a certificate for another key; nothing was changed")
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let facts = try encoder.encode(Facts(coordinator: coordinator, credentials.subject))
    try PrivateFile.write(String(decoding: facts, as: UTF8.self) + "\n", to: factsPath, mode: .everyone)
    try PrivateFile.write(credentials.authority, to: authorityPath, mode: .everyone)
    try PrivateFile.write(credentials.certificate, to: certificatePath, mode: .everyone)
  }

  /// Whether it is time to ask for a new certificate, and when the present one ends.
  public func renewal(at now: Timestamp) throws -> (isDue: Bool, expires: Timestamp)? {
    guard exists else { return nil }
    let chain = try Certificate.all(inPEM: try PrivateFile.read(certificatePath), of: "'\(certificatePath)'")
    return chain.first.map { (Renewal.isDue($0, at: now), Timestamp($0.notValidAfter)) }
  }
}
