import Foundation
import MusterCore
import TaskModel

/// The rules of tokens and identities, over the records of one transaction. No I/O of its own, no clock.
public struct TrustBook {
  private let rows: any TrustRows

  public init(_ rows: any TrustRows) { self.rows = rows }

  /// An expired token is still listed for so long, to say of it that it expired.
  static let tokenMemory: Duration = .seconds(30 * 86_400)
  /// The most tokens that may wait to be used: a program that makes them by mistake must not fill the disk.
  public static let mostTokens = 10_000
  /// The most uses of one token.
  public static let mostUses = 10_000

  // MARK: Tokens

  public func add(_ token: TokenRecord, at now: Timestamp) throws {
    var count = 0
    for old in try tokens() {
      if old.expires + Self.tokenMemory <= now { try rows.set(Self.key(token: old.id), nil) } else { count += 1 }
    }
    guard count < Self.mostTokens else {
      throw TrustError(
        .badRequest,
        "there are \(count) tokens, which is the most; revoke some: muster token list, muster token revoke ID")
    }
    try save(token)
  }

  public func tokens() throws -> [TokenRecord] {
    try rows.values(under: "token/").map { try Self.decode($0.value) }.sorted {
      ($0.created, $0.id) < ($1.created, $1.id)
    }
  }

  /// - Returns: the token, as it is now; also one that was revoked before.
  public func revokeToken(_ id: String, at now: Timestamp) throws -> TokenRecord {
    guard var token = try token(id) else {
      throw TrustError(
        .notFound, "there is no token '\(id.prefix(40))'; 'muster token list' shows those that there are")
    }
    token.revoked = token.revoked ?? now
    try save(token)
    return token
  }

  /// The token that somebody shows at a request.
  ///
  /// - Throws: ``TrustError``: unknown, expired, revoked, or one that is to be traded.
  public func bearer(_ id: String, secret: [UInt8], at now: Timestamp) throws -> TokenRecord {
    let token = try known(id, secret)
    guard token.use == .bearer else {
      throw TrustError(
        .wrongUse,
        "token \(id) is to be traded for a certificate, not shown; make one with: muster token create --bearer")
    }
    if let refusal = token.refusal(user: nil, at: now) { throw refusal }
    return token
  }

  // MARK: Certificates

  /// - Throws: ``TrustError`` (`unknown_token`) if there is no such token.
  public func check(_ id: String, secret: [UInt8]) throws { _ = try known(id, secret) }

  /// Trades a token for the right to a certificate: noted before it is signed, so that no certificate is unknown.
  ///
  /// - Parameters:
  ///   - key: the fingerprint of the key that the certificate is for. The same key again uses the token up once.
  ///   - serial: of the certificate that will be signed.
  ///   - isWorker: whether a worker's certificate is wanted; nil: whatever the token is for.
  /// - Throws: ``TrustError``, also if the name is another key's.
  public func join(
    _ id: String, secret: [UInt8], name: String, key: String, serial: String, lifetime: Duration,
    isWorker: Bool? = nil, at now: Timestamp
  ) throws -> Identity {
    var token = try known(id, secret)
    guard token.use == .certificate else {
      throw TrustError(
        .wrongUse,
        "token \(id) is for requests over HTTP and cannot be traded for a certificate; make another without --bearer")
    }
    if let isWorker, isWorker != (token.role == .worker) {
      throw TrustError(
        .wrongUse,
        isWorker
          ? "token \(id) is for the role \(token.role.rawValue), not a worker's; people and programs use 'muster login', and for this worker ask for: muster token create --role worker"
          : "token \(id) is a worker's; use it with 'muster worker join', and ask for a token of another role for yourself"
      )
    }
    let user = "\(key) \(name)"
    if let refusal = token.refusal(user: user, at: now) { throw refusal }
    guard TaskID(name) != nil, name.utf8.count <= Identity.longestName else {
      throw TrustError(
        .badRequest,
        "the name '\(name.prefix(140))' must be 1 to \(Identity.longestName) characters of A-Z a-z 0-9 . _ -, beginning with a letter or a digit; give another with --name"
      )
    }
    let identity = Identity(name: name, role: token.role, namespace: token.namespace, kinds: token.kinds)
    var subject =
      try subject(identity.subject)
      ?? SubjectRecord(identity: identity, key: "", certificates: [], token: token.id)
    subject.prune(at: now)
    if let revoked = subject.revoked, revoked >= token.created {
      throw TrustError(
        .revoked,
        "\(identity.role.group.rawValue) '\(name)' was revoked after token \(token.id) was made; ask for a new one: muster token create --role \(token.role.rawValue)"
      )
    }
    // A worker's name is free when its certificates have ended; a person's is not: with it come his tasks.
    let isFree = subject.key.isEmpty || identity.role == .worker && subject.certificates.isEmpty
    guard isFree || subject.key == key else {
      throw TrustError(
        .nameTaken,
        "there is a \(identity.role.group.rawValue) '\(name)' already, with a certificate of its own; take another name with --name, or revoke it first: muster \(identity.role == .worker ? "worker" : "identity") revoke \(name)"
      )
    }
    try claim(
      identity, token: token, isSame: subject.key == key && subject.identity.namespace == identity.namespace)
    if !token.usedBy.contains(user) { token.usedBy.append(user) }
    try save(token)
    subject.identity = identity
    subject.key = key
    subject.token = token.id
    // A join may be repeated as often as somebody likes.
    subject.certificates =
      subject.certificates.suffix(15) + [.init(serial: serial, issued: now, expires: now + lifetime)]
    try save(subject)
    try noteChange(of: subject)
    return identity
  }

  /// A namespace that nobody asked for by name is the submitter's own name; it must not be one that tasks of others are in.
  private func claim(_ identity: Identity, token: TokenRecord, isSame: Bool) throws {
    guard let namespace = identity.namespace else { return }
    let key = "namespace/\(namespace)"
    guard token.namespace == nil else { return try rows.set(key, Data("given".utf8)) }
    if try !isSame && rows.value(key) != nil {
      throw TrustError(
        .nameTaken,
        "the namespace '\(namespace)' is in use, and token \(token.id) does not say that it is yours; take another name with --name, or ask for a token with --namespace \(namespace)"
      )
    }
    if try rows.value(key) == nil { try rows.set(key, Data(identity.subject.utf8)) }
  }

  /// Notes a certificate that was made beside the coordinator, such as the first administrator's, so that nobody can join
  /// under its name and its revocation can be told from that of one that is made afterwards.
  ///
  /// - Returns: whether it is good.
  @discardableResult
  public func adopt(
    _ identity: Identity, key: String, serial: String, issued: Timestamp, expires: Timestamp, at now: Timestamp
  ) throws -> Bool {
    var subject =
      try subject(identity.subject) ?? SubjectRecord(identity: identity, key: "", certificates: [], token: "")
    subject.prune(at: now)
    if subject.certificates.contains(where: { $0.serial == serial }) { return true }
    // The name's holder has lost his key, and whoever has the coordinator's machine made him another one.
    guard expires > now, subject.revoked.map({ issued > $0 }) ?? true, subject.token.isEmpty || subject.key == key
    else { return false }
    if subject.key != key { subject.certificates = [] }
    subject.identity = identity
    subject.key = key
    subject.certificates.append(.init(serial: serial, issued: issued, expires: expires))
    try save(subject)
    try noteChange(of: subject)
    return true
  }

  /// The token with which a subject came, if it could still be traded.
  public func liveToken(of subject: String, at now: Timestamp) throws -> TokenRecord? {
    guard let record = try self.subject(subject), let token = try token(record.token) else { return nil }
    return token.refusal(user: "", at: now) == nil ? token : nil
  }

  /// Notes a further certificate of somebody who shows one that is valid and not revoked.
  ///
  /// - Parameter old: the serial of the one that was shown.
  public func renew(
    _ identity: Identity, old: String, key: String, serial: String, lifetime: Duration, at now: Timestamp
  ) throws {
    var subject =
      try subject(identity.subject) ?? SubjectRecord(identity: identity, key: key, certificates: [], token: "")
    subject.prune(at: now)
    // Asked here, too: it may have been revoked by another coordinator a moment ago.
    if Revocations([subject]).covers(identity, serial: old) {
      throw TrustError(.revoked, "the certificate of \(identity.words) was revoked; ask for a new token")
    }
    subject.identity = identity
    subject.key = key
    // Whoever renews again and again must not make his record grow: he uses the last one.
    subject.certificates =
      subject.certificates.suffix(15) + [.init(serial: serial, issued: now, expires: now + lifetime)]
    try save(subject)
    try noteChange(of: subject)
  }

  public func subjects() throws -> [SubjectRecord] {
    try rows.values(under: "subject/").map { try Self.decode($0.value) }
  }

  /// Refuses all certificates of a name from now on. One that nobody joined under can be revoked too: another authority may
  /// have signed a certificate for it.
  ///
  /// - Returns: whether anybody had joined under it.
  @discardableResult
  public func revoke(_ group: SubjectGroup, _ name: String, at now: Timestamp) throws -> Bool {
    guard TaskID(name) != nil else {
      throw TrustError(.badRequest, "the name '\(name.prefix(140))' must be \(TaskID.rule)")
    }
    let known = try subject("\(group.rawValue)/\(name)")
    var subject =
      known
      ?? SubjectRecord(
        identity: Identity(name: name, role: group == .worker ? .worker : .read), key: "", certificates: [], token: "")
    subject.certificates = []
    subject.key = ""
    subject.revoked = now
    try save(subject)
    try noteChange(of: subject)
    return known != nil
  }

  /// ``Revocations`` change with a subject that was revoked: by the revocation, and by every certificate that it gets after.
  private func noteChange(of subject: SubjectRecord) throws {
    guard subject.revoked != nil else { return }
    try rows.set(Self.changes, Data("\(try revision() + 1)".utf8))
  }

  /// Grows whenever ``Revocations`` change: cheaper to look at than all subjects.
  public func revision() throws -> Int {
    try rows.value(Self.changes).flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0
  }

  // MARK: Records

  private static let changes = "revocations"

  private func known(_ id: String, _ secret: [UInt8]) throws -> TokenRecord {
    guard let token = try token(id), Self.areEqual(token.secretHash, TokenText.hash(secret)) else {
      throw TrustError(
        .unknownToken,
        "this coordinator knows no such token: it is another coordinator's, or was made before its state was lost; ask for a new one: muster token create"
      )
    }
    return token
  }

  /// In a time that does not tell how far they agree.
  private static func areEqual(_ a: String, _ b: String) -> Bool {
    let (a, b) = (Array(a.utf8), Array(b.utf8))
    return a.count == b.count && zip(a, b).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }

  private static func key(token id: String) -> String { "token/\(id)" }

  private func token(_ id: String) throws -> TokenRecord? {
    // The id comes from outside and becomes a part of a key.
    guard TaskID(id) != nil else { return nil }
    return try rows.value(Self.key(token: id)).map { try Self.decode($0) }
  }

  private func subject(_ name: String) throws -> SubjectRecord? {
    try rows.value("subject/\(name)").map { try Self.decode($0) }
  }

  private func save(_ token: TokenRecord) throws { try rows.set(Self.key(token: token.id), Self.encode(token)) }

  private func save(_ subject: SubjectRecord) throws {
    try rows.set("subject/\(subject.identity.subject)", Self.encode(subject))
  }

  private static func encode(_ record: some Encodable) throws -> Data { try JSONEncoder().encode(record) }

  private static func decode<Record: Decodable>(_ data: Data) throws -> Record {
    do {
      return try JSONDecoder().decode(Record.self, from: data)
    } catch {
      throw TrustError(
        .unavailable, "a record of the store of tokens and identities cannot be read; restore it from a backup",
        cause: error)
    }
  }
}
