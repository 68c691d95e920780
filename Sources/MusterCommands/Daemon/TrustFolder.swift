import Certificates
import Coordinator
import CoordinatorAPI
import MusterCore
import Trust
import X509

/// The folder `trust` of a coordinator's state: `ca.pem` and `ca.key`, `server.pem` and `server.key`, `trust.db`, and the
/// folder `admin` with an administrator's certificate.
struct TrustFolder {
  let path: String

  init(_ path: String) { self.path = path }

  private var authorityPath: String { "\(path)/ca.pem" }
  private var authorityKeyPath: String { "\(path)/ca.key" }
  private var serverPath: String { "\(path)/server.pem" }
  private var serverKeyPath: String { "\(path)/server.key" }
  var storePath: String { "\(path)/trust.db" }
  private var admin: IdentityFolder { IdentityFolder("\(path)/admin") }

  private static let authorityLifetime = Duration.seconds(20 * 365 * 86_400)
  static let serverLifetime = Duration.seconds(90 * 86_400)
  private static let adminLifetime = Duration.seconds(365 * 86_400)
  static let adminName = "admin"

  /// What ``prepare(names:own:replacing:at:)`` has come to.
  struct Made {
    var fingerprint: String
    var names: [ServerName]
    var expires: Timestamp
    var isNewAuthority: Bool
  }

  /// Makes what is missing. A key is on disk before the certificate of it, and the server's certificate last: with it the
  /// folder is whole, so that this can be repeated after a crash at any point.
  ///
  /// - Parameters:
  ///   - own: an authority of the user's, in place of one that is made.
  ///   - replacing: make a new authority although there is one.
  func prepare(
    names: [ServerName], own: CertificateAuthority?, replacing: Bool, at now: Timestamp
  ) throws -> Made {
    try PrivateFile.makeFolder(path)
    let (authority, isNew) = try authority(own: own, replacing: replacing, at: now)
    // What a new authority did not sign is made anew, also if the run before this one did not come so far.
    let server = PrivateFile.exists(serverPath) ? try CertificateFile.first(serverPath) : nil
    let isGood =
      PrivateFile.exists(serverKeyPath)
      && server.map { authority.signed($0) && !Renewal.isDue($0, at: now) } ?? false
    let before = server.map { ServerName.all(in: $0) } ?? []
    let all = Array(Set(before + names)).sorted()
    if !isGood || Set(before) != Set(all) { try makeServer(all, authority, at: now) }
    let known = admin.exists ? try CertificateFile.first(admin.certificatePath) : nil
    if known.map({ !authority.signed($0) || Renewal.isDue($0, at: now) }) ?? true { try makeAdmin(authority, at: now) }
    let certificate = try CertificateFile.first(serverPath)
    return Made(
      fingerprint: HexText.text(authority.certificate.keyFingerprint), names: all,
      expires: Timestamp(certificate.notValidAfter), isNewAuthority: isNew)
  }

  private func authority(
    own: CertificateAuthority?, replacing: Bool, at now: Timestamp
  ) throws -> (CertificateAuthority, isNew: Bool) {
    if let own {
      let isNew = try !PrivateFile.exists(authorityPath) || CertificateFile.first(authorityPath) != own.certificate
      if isNew {
        try PrivateFile.write(own.keyText.reveal(), to: authorityKeyPath, mode: .owner)
        try PrivateFile.write(try own.certificate.pem(), to: authorityPath, mode: .everyone)
      }
      return (own, isNew)
    }
    if !replacing, PrivateFile.exists(authorityPath) {
      guard let known = try authorityIfKept() else {
        throw CommandError(
          .notAvailable,
          "the authority's key '\(authorityKeyPath)' is not here, so that nothing can be signed; put it back for as long as this takes, or make a new authority with --new-ca"
        )
      }
      return (known, false)
    }
    let key = SigningKey()
    let made = try CertificateAuthority.make(
      name: "muster \(ThisProgram.hostName.prefix(40))", at: now, lifetime: Self.authorityLifetime, key: key)
    // A crash between the two leaves a key without its certificate, which the next run replaces.
    try PrivateFile.write(key.pem.reveal(), to: authorityKeyPath, mode: .owner)
    try PrivateFile.write(try made.certificate.pem(), to: authorityPath, mode: .everyone)
    return (made, true)
  }

  private func makeServer(_ names: [ServerName], _ authority: CertificateAuthority, at now: Timestamp) throws {
    let key: SigningKey
    if PrivateFile.exists(serverKeyPath) {
      key = try SigningKey(pem: try PrivateFile.readKey(serverKeyPath), of: "'\(serverKeyPath)'")
    } else {
      key = SigningKey()
      try PrivateFile.write(key.pem.reveal(), to: serverKeyPath, mode: .owner)
    }
    let certificate = try authority.issue(
      .server(names), to: key.publicKey, at: now, lifetime: Self.serverLifetime)
    try PrivateFile.write(
      try certificate.pem() + authority.certificate.pem(), to: serverPath, mode: .everyone)
  }

  private func makeAdmin(_ authority: CertificateAuthority, at now: Timestamp) throws {
    let identity = Identity(name: Self.adminName, role: .admin)
    let key = try admin.key()
    let certificate = try authority.issue(
      .client(name: identity.name, uris: identity.uris), to: key.publicKey, at: now, lifetime: Self.adminLifetime)
    let credentials = Muster_V1_Credentials.with {
      $0.subject.name = identity.name
      $0.subject.role = identity.role.rawValue
    }
    var whole = credentials
    whole.certificate = try certificate.pem()
    whole.authority = try authority.certificate.pem()
    try admin.save(whole, coordinator: "")
  }

  // MARK: For a coordinator that starts

  /// The authority, if its key is here: it may be kept elsewhere, and then nobody can join.
  private func authorityIfKept() throws -> CertificateAuthority? {
    guard PrivateFile.exists(authorityKeyPath) else { return nil }
    let key = try SigningKey(pem: try PrivateFile.readKey(authorityKeyPath), of: "'\(authorityKeyPath)'")
    // The certificate that belongs to the key signs; further ones in the file are only trusted.
    guard let own = try CertificateFile.all(authorityPath).first(where: { $0.publicKey == key.publicKey }) else {
      throw CertificatesError.mismatch(authorityPath, authorityKeyPath)
    }
    return try CertificateAuthority(certificate: own, key: key)
  }

  /// - Parameter store: keeps tokens and identities.
  func setup(store: any TrustStore, lifetime: Duration) throws -> TrustSetup {
    let authority = try authorityIfKept()
    var setup = TrustSetup(
      roots: try CertificateFile.all(authorityPath), authority: authority,
      credentials: try ServerCredentials(
        certificatePath: serverPath, keyPath: serverKeyPath, authority: authority, lifetime: Self.serverLifetime),
      store: store, lifetime: lifetime)
    if admin.exists { setup.madeBeside = [try CertificateFile.first(admin.certificatePath)] }
    return setup
  }

  /// A certificate that lives in this process only, for a worker in it.
  func worker(named name: String, at now: Timestamp) throws -> TLSIdentity? {
    guard let authority = try authorityIfKept() else { return nil }
    let key = SigningKey()
    let identity = Identity(name: name, role: .worker)
    let certificate = try authority.issue(
      .client(name: name, uris: identity.uris), to: key.publicKey, at: now, lifetime: Self.adminLifetime)
    return TLSIdentity(authorities: [authority.certificate], chain: [certificate], key: key)
  }
}
