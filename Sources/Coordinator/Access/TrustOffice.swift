import Certificates
import Foundation
import Logging
import MusterCore
import Trust
import X509

/// Gives out certificates and takes them back: carries out what ``TrustBook`` decides.
final class TrustOffice: Sendable {
  let setup: TrustSetup
  let guardian: Guardian
  private let time: any Timekeeper
  private let logger: Logger
  /// Of the revocations that are in force here.
  private let seen = SharedNumber(-1)

  /// What somebody gets.
  struct Grant: Sendable {
    var certificate: Certificate
    var identity: Identity
  }

  init(_ setup: TrustSetup, time: any Timekeeper, logger: Logger) {
    self.setup = setup
    self.time = time
    self.logger = logger
    guardian = Guardian(roots: setup.roots, time: time)
  }

  // MARK: Certificates

  /// - Parameter isWorker: whether a worker's certificate is wanted; nil: whatever the token is for.
  func join(
    _ id: String, secret: [UInt8], request: [UInt8], name: String, isWorker: Bool? = nil
  ) async throws -> Grant {
    let authority = try authority()
    // Before anything that costs: whoever guesses may do so as often as his connections let him.
    try await setup.store.transact { try TrustBook($0).check(id, secret: secret) }
    let key = try SigningKey.requester(request)
    let (now, lifetime) = (time.timestamp(), setup.lifetime)
    let serial = Certificate.SerialNumber()
    let (text, print) = (serial.text, Self.fingerprint(key))
    let identity = try await setup.store.transact {
      try TrustBook($0).join(
        id, secret: secret, name: name, key: print, serial: text, lifetime: lifetime, isWorker: isWorker, at: now)
    }
    // A name that was revoked is good again with what is issued from now on.
    try await learnRevocations()
    return Grant(certificate: try sign(identity, key, serial, authority, now), identity: identity)
  }

  func renew(_ identity: Identity, old: String, request: [UInt8]) async throws -> Grant {
    let authority = try authority()
    let key = try SigningKey.requester(request)
    let (now, lifetime) = (time.timestamp(), setup.lifetime)
    let serial = Certificate.SerialNumber()
    let (text, print) = (serial.text, Self.fingerprint(key))
    try await setup.store.transact {
      try TrustBook($0).renew(identity, old: old, key: print, serial: text, lifetime: lifetime, at: now)
    }
    try await learnRevocations()
    return Grant(certificate: try sign(identity, key, serial, authority, now), identity: identity)
  }

  private func sign(
    _ identity: Identity, _ key: Certificate.PublicKey, _ serial: Certificate.SerialNumber,
    _ authority: CertificateAuthority, _ now: Timestamp
  ) throws -> Certificate {
    try authority.issue(
      .client(name: identity.name, uris: identity.uris), to: key, serial: serial, at: now, lifetime: setup.lifetime)
  }

  private func authority() throws -> CertificateAuthority {
    guard let authority = setup.authority else {
      throw TrustError(
        .wrongUse,
        "this coordinator has no authority's key and signs no certificates; get one from whoever runs its authority (docs/security.md)"
      )
    }
    return authority
  }

  /// The authorities in PEM, for who joins.
  func rootsText() throws -> String { try setup.roots.map { try $0.pem() }.joined() }

  private static func fingerprint(_ key: Certificate.PublicKey) -> String {
    HexText.text(key.fingerprint)
  }

  // MARK: Tokens

  func create(_ record: TokenDraft, by who: String) async throws -> (TokenText, TokenRecord) {
    // One that nobody could trade.
    if record.use == .certificate { _ = try authority() }
    guard let root = setup.authority?.certificate ?? setup.roots.first else {
      throw TrustError(.wrongUse, "no authority")
    }
    let text = TokenText(fingerprint: root.keyFingerprint)
    let now = time.timestamp()
    let token = TokenRecord(
      id: text.id, secretHash: TokenText.hash(text.secret.reveal()), use: record.use, role: record.role,
      namespace: record.namespace, kinds: record.kinds, created: now, createdBy: who,
      expires: now + record.lifetime, uses: record.uses)
    try await setup.store.transact { try TrustBook($0).add(token, at: now) }
    return (text, token)
  }

  func tokens() async throws -> [TokenRecord] { try await setup.store.transact { try TrustBook($0).tokens() } }

  func revokeToken(_ id: String) async throws -> TokenRecord {
    let now = time.timestamp()
    return try await setup.store.transact { try TrustBook($0).revokeToken(id, at: now) }
  }

  /// Who shows a token at a request over HTTP.
  func bearer(_ text: String) async throws -> TokenRecord {
    let token = try TokenText(parsing: text)
    let now = time.timestamp()
    let secret = token.secret.reveal()
    return try await setup.store.transact { try TrustBook($0).bearer(token.id, secret: secret, at: now) }
  }

  // MARK: Subjects

  func subjects() async throws -> [SubjectRecord] { try await setup.store.transact { try TrustBook($0).subjects() } }

  /// - Returns: whether anybody had joined under the name.
  func revoke(_ group: SubjectGroup, _ name: String) async throws -> Bool {
    let now = time.timestamp()
    let isKnown = try await setup.store.transact { try TrustBook($0).revoke(group, name, at: now) }
    try await learnRevocations()
    return isKnown
  }

  /// Reads who is revoked. To be called at the start, and every second where others may revoke, too.
  func learnRevocations() async throws {
    let (revision, subjects) = try await setup.store.transact {
      let book = TrustBook($0)
      return (try book.revision(), try book.subjects())
    }
    // One that was read earlier may come later: it must not undo a revocation.
    seen.raise(to: revision) { guardian.set(Revocations(subjects)) }
  }

  /// As ``learnRevocations()``, but only if something changed.
  func lookForRevocations() async throws {
    let revision = try await setup.store.transact { try TrustBook($0).revision() }
    if revision != seen.value { try await learnRevocations() }
  }

  /// Notes the certificates that were made beside this coordinator.
  func adopt(_ certificates: [Certificate]) async throws {
    let now = time.timestamp()
    for certificate in certificates {
      guard let identity = Identity(certificate) else { continue }
      let isGood = try await setup.store.transact {
        try TrustBook($0).adopt(
          identity, key: Self.fingerprint(certificate.publicKey), serial: certificate.serialText,
          issued: Timestamp(certificate.notValidBefore) + CertificateAuthority.clockTolerance,
          expires: Timestamp(certificate.notValidAfter), at: now)
      }
      if !isGood {
        logger.warning(
          "the certificate of \(identity.words) beside this coordinator was revoked or has expired, or another has its name"
        )
      }
    }
  }

  /// The token with which a subject joined, if others could still join with it.
  func liveToken(_ group: SubjectGroup, _ name: String) async throws -> TokenRecord? {
    let now = time.timestamp()
    return try await setup.store.transact { try TrustBook($0).liveToken(of: "\(group.rawValue)/\(name)", at: now) }
  }
}

/// A token that is to be made.
struct TokenDraft: Sendable {
  var role: Role
  var namespace: String?
  var kinds: [String]?
  var lifetime: Duration
  var uses: Int
  var use: TokenRecord.Use
}
