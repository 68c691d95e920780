import MusterCore
import PostgresFixture
import PostgreSQL
import Testing
import Trust

/// The rules, over both stores: one suite.
@Suite struct TrustBookTests {
  enum Sort: CaseIterable { case embedded, postgres }
  static let now = Timestamp(milliseconds: 1_790_000_000_000)
  static let hour = Duration.seconds(3600)

  private func withStore(_ sort: Sort, _ body: (any TrustStore) async throws -> Void) async throws {
    switch sort {
    case .embedded:
      let store = try EmbeddedTrustStore(path: nil)
      try await body(store)
      await store.close()
    case .postgres:
      try await withFreshDatabase { url in
        let store = PostgresTrustStore(try PostgresTarget(url))
        try await body(store)
        await store.close()
      }
    }
  }

  private func add(
    _ store: any TrustStore, _ role: Role = .worker, uses: Int = 1, use: TokenRecord.Use = .certificate,
    namespace: String? = nil, kinds: [String]? = nil
  ) async throws -> TokenText {
    let text = TokenText(fingerprint: Array(repeating: 7, count: 32))
    let hash = TokenText.hash(text.secret.reveal())
    let record = TokenRecord(
      id: text.id, secretHash: hash, use: use, role: role, namespace: namespace, kinds: kinds, created: Self.now,
      createdBy: "root", expires: Self.now + Self.hour, uses: uses)
    try await store.transact { try TrustBook($0).add(record, at: Self.now) }
    return text
  }

  @discardableResult
  private func join(
    _ store: any TrustStore, _ token: TokenText, _ name: String, key: String, serial: String = "01",
    secret: [UInt8]? = nil, at now: Timestamp = Self.now
  ) async throws -> Identity {
    let secret = secret ?? token.secret.reveal()
    return try await store.transact {
      try TrustBook($0).join(
        token.id, secret: secret, name: name, key: key, serial: serial, lifetime: .seconds(86_400), at: now)
    }
  }

  private func revocations(_ store: any TrustStore) async throws -> Revocations {
    Revocations(try await store.transact { try TrustBook($0).subjects() })
  }

  @Test(arguments: Sort.allCases) func aTokenIsUsedAsOftenAsItSays(_ sort: Sort) async throws {
    try await withStore(sort) { store in
      let token = try await add(store, uses: 2, kinds: ["block"])
      let identity = try await join(store, token, "n1", key: "k1")
      #expect(identity == Identity(name: "n1", role: .worker, kinds: ["block"]))
      // The answer was lost: the same key asks again, and that is no further use.
      try await join(store, token, "n1", key: "k1", serial: "02")
      try await join(store, token, "n2", key: "k2", serial: "03")
      let error = await #expect(throws: TrustError.self) { try await join(store, token, "n3", key: "k3") }
      #expect(error?.code == .tokenUsedUp)
      #expect(error?.message.contains("muster token create --role worker") == true)
      let tokens = try await store.transact { try TrustBook($0).tokens() }
      #expect(tokens.map(\.usedBy) == [["k1 n1", "k2 n2"]])
    }
  }

  @Test(arguments: Sort.allCases) func aTokenEnds(_ sort: Sort) async throws {
    try await withStore(sort) { store in
      let token = try await add(store)
      let late = Self.now + Self.hour
      var error = await #expect(throws: TrustError.self) { try await join(store, token, "n1", key: "k1", at: late) }
      #expect(error?.code == .tokenExpired)
      #expect(error?.message.contains("2026-09-21 15:13:20 UTC") == true, "\(error?.message ?? "")")
      error = await #expect(throws: TrustError.self) {
        try await join(store, token, "n1", key: "k1", secret: Array(repeating: 0, count: 16))
      }
      #expect(error?.code == .unknownToken)
      _ = try await store.transact { try TrustBook($0).revokeToken(token.id, at: Self.now) }
      error = await #expect(throws: TrustError.self) { try await join(store, token, "n1", key: "k1") }
      #expect(error?.code == .tokenRevoked)
      error = await #expect(throws: TrustError.self) {
        try await store.transact { try TrustBook($0).revokeToken("nothing", at: Self.now) }
      }
      #expect(error?.code == .notFound)
    }
  }

  @Test(arguments: Sort.allCases) func aNameBelongsToOneKey(_ sort: Sort) async throws {
    try await withStore(sort) { store in
      let token = try await add(store, uses: 10)
      try await join(store, token, "n1", key: "k1")
      let error = await #expect(throws: TrustError.self) { try await join(store, token, "n1", key: "k2") }
      #expect(error?.code == .nameTaken)
      #expect(error?.message.contains("muster worker revoke n1") == true)
      // A refusal uses nothing up.
      #expect(try await store.transact { try TrustBook($0).tokens().first?.usedBy } == ["k1 n1"])
      // When its certificates have ended the name is free.
      try await store.transact { rows in
        var token = try #require(try TrustBook(rows).tokens().first)
        token.expires = Self.now + .seconds(200_000)
        try TrustBook(rows).add(token, at: Self.now)
      }
      try await join(store, token, "n1", key: "k2", serial: "09", at: Self.now + .seconds(86_401))
      // A person may be called like a worker.
      let people = try await add(store, .submit, namespace: "team")
      #expect(try await join(store, people, "n1", key: "k3").namespace == "team")
    }
  }

  @Test(arguments: Sort.allCases) func revokingHoldsForAllThatWasIssuedBefore(_ sort: Sort) async throws {
    try await withStore(sort) { store in
      let token = try await add(store, uses: 10)
      let identity = try await join(store, token, "n1", key: "k1", serial: "01")
      #expect(try await !revocations(store).covers(identity, serial: "01"))
      #expect(try await store.transact { try TrustBook($0).revoke(.worker, "n1", at: Self.now + .seconds(-1)) })
      #expect(try await revocations(store).covers(identity, serial: "01"))
      let error = await #expect(throws: TrustError.self) {
        try await store.transact {
          try TrustBook($0).renew(identity, old: "01", key: "k1", serial: "02", lifetime: Self.hour, at: Self.now)
        }
      }
      #expect(error?.code == .revoked)
      // It joins anew, with another key, and only what it got then is good.
      try await join(store, token, "n1", key: "k2", serial: "03")
      #expect(try await revocations(store).covers(identity, serial: "01"))
      #expect(try await !revocations(store).covers(identity, serial: "03"))
      try await store.transact {
        try TrustBook($0).renew(identity, old: "03", key: "k2", serial: "04", lifetime: Self.hour, at: Self.now)
      }
      #expect(try await !revocations(store).covers(identity, serial: "04"))
      // Of a name that nobody joined under: another authority may have signed for it.
      #expect(try await !store.transact { try TrustBook($0).revoke(.user, "eve", at: Self.now) })
      #expect(try await revocations(store).covers(Identity(name: "eve", role: .admin), serial: "77"))
      // Grown by every revocation, and by what a revoked name gets afterwards.
      #expect(try await store.transact { try TrustBook($0).revision() } == 4)
    }
  }

  @Test(arguments: Sort.allCases) func aBearersTokenIsShownAndNotTraded(_ sort: Sort) async throws {
    try await withStore(sort) { store in
      let bearer = try await add(store, .read, use: .bearer)
      let secret = bearer.secret.reveal()
      for _ in 0..<3 {
        let record = try await store.transact { try TrustBook($0).bearer(bearer.id, secret: secret, at: Self.now) }
        #expect(record.role == .read)
      }
      var error = await #expect(throws: TrustError.self) { try await join(store, bearer, "x", key: "k") }
      #expect(error?.code == .wrongUse)
      let token = try await add(store, .read)
      let other = token.secret.reveal()
      error = await #expect(throws: TrustError.self) {
        try await store.transact { try TrustBook($0).bearer(token.id, secret: other, at: Self.now) }
      }
      #expect(error?.code == .wrongUse)
    }
  }

  /// Repeats are free, and would else let a record grow for as long as the token holds.
  @Test(arguments: Sort.allCases) func aJoinThatIsRepeatedKeepsTheLastCertificates(_ sort: Sort) async throws {
    try await withStore(sort) { store in
      let token = try await add(store)
      for number in 10..<40 { try await join(store, token, "n1", key: "k1", serial: "\(number)") }
      let subject = try await store.transact { try TrustBook($0).subjects() }.first { $0.identity.name == "n1" }
      #expect(subject?.certificates.map(\.serial) == (24..<40).map { "\($0)" })
    }
  }

  /// Many at once trade one token: it is used as often as it says, and no oftener.
  @Test(arguments: Sort.allCases) func manyAtOnce(_ sort: Sort) async throws {
    try await withStore(sort) { store in
      let token = try await add(store, uses: 5)
      let joined = await withTaskGroup(of: Bool.self) { group in
        for number in 0..<20 {
          group.addTask { (try? await join(store, token, "n\(number)", key: "k\(number)")) != nil }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(joined == 5)
    }
  }

  /// With a plain token one may take a new name, and not the tasks of those who are there.
  @Test(arguments: Sort.allCases) func aNamespaceHasAnOwner(_ sort: Sort) async throws {
    try await withStore(sort) { store in
      let team = try await add(store, .submit, namespace: "team")
      #expect(try await join(store, team, "ada", key: "k1").namespace == "team")
      // Somebody else calls himself as the team does.
      let plain = try await add(store, .submit, uses: 9)
      var error = await #expect(throws: TrustError.self) { try await join(store, plain, "team", key: "k2") }
      #expect(error?.code == .nameTaken)
      #expect(error?.message.contains("--namespace team") == true)
      // A name with its own namespace is its key's, also after the certificate has ended, and after it was revoked.
      try await join(store, plain, "eve", key: "k3")
      try await join(store, plain, "eve", key: "k3", serial: "02")
      error = await #expect(throws: TrustError.self) { try await join(store, plain, "eve", key: "k4") }
      #expect(error?.code == .nameTaken)
      _ = try await store.transact { try TrustBook($0).revoke(.user, "eve", at: Self.now + .seconds(-1)) }
      error = await #expect(throws: TrustError.self) { try await join(store, plain, "eve", key: "k4") }
      #expect(error?.code == .nameTaken)
      let again = try await add(store, .submit, namespace: "eve")
      #expect(try await join(store, again, "eve", key: "k4").namespace == "eve")
    }
  }

  /// A token that a machine had before it was revoked lets it in no more.
  @Test(arguments: Sort.allCases) func aRevokedOneNeedsANewToken(_ sort: Sort) async throws {
    try await withStore(sort) { store in
      let token = try await add(store, uses: 5)
      try await join(store, token, "n1", key: "k1")
      #expect(try await store.transact { try TrustBook($0).liveToken(of: "worker/n1", at: Self.now)?.id } == token.id)
      _ = try await store.transact { try TrustBook($0).revoke(.worker, "n1", at: Self.now + .seconds(1)) }
      for key in ["k1", "k2"] {
        let error = await #expect(throws: TrustError.self) { try await join(store, token, "n1", key: key) }
        #expect(error?.code == .revoked)
      }
      // One use is one name: the same key under another is another use.
      let single = try await add(store)
      try await join(store, single, "n2", key: "k3")
      let error = await #expect(throws: TrustError.self) { try await join(store, single, "n3", key: "k3") }
      #expect(error?.code == .tokenUsedUp)
    }
  }

  @Test func aNameThatACertificateWouldCutOffIsRefused() async throws {
    try await withStore(.embedded) { store in
      let token = try await add(store, uses: 5)
      let error = await #expect(throws: TrustError.self) {
        try await join(store, token, String(repeating: "a", count: 65), key: "k1")
      }
      #expect(error?.code == .badRequest)
      try await join(store, token, String(repeating: "a", count: 64), key: "k1")
    }
  }

  @Test func aTokenOfAnotherRoleIsNotUsedUp() async throws {
    try await withStore(.embedded) { store in
      let token = try await add(store, .submit)
      let (id, secret) = (token.id, token.secret.reveal())
      let error = await #expect(throws: TrustError.self) {
        try await store.transact {
          try TrustBook($0).join(
            id, secret: secret, name: "n1", key: "k", serial: "1", lifetime: Self.hour, isWorker: true, at: Self.now)
        }
      }
      #expect(error?.code == .wrongUse)
      try await join(store, token, "ada", key: "k1")
    }
  }

  /// The first administrator's certificate was made without a token; it is known all the same.
  @Test func whatWasMadeBesideIsKnown() async throws {
    try await withStore(.embedded) { store in
      let root = Identity(name: "admin", role: .admin)
      func adopt(_ key: String, _ serial: String, issued: Timestamp) async throws -> Bool {
        try await store.transact {
          try TrustBook($0).adopt(
            root, key: key, serial: serial, issued: issued, expires: Self.now + Self.hour, at: Self.now)
        }
      }
      #expect(try await adopt("k1", "01", issued: Self.now + .seconds(-60)))
      let token = try await add(store, .admin)
      let error = await #expect(throws: TrustError.self) { try await join(store, token, "admin", key: "k2") }
      #expect(error?.code == .nameTaken)
      _ = try await store.transact { try TrustBook($0).revoke(.user, "admin", at: Self.now + .seconds(-30)) }
      // The old one stays revoked, however often the coordinator starts; one that is made then is good.
      #expect(try await !adopt("k1", "01", issued: Self.now + .seconds(-60)))
      #expect(try await revocations(store).covers(root, serial: "01"))
      #expect(try await adopt("k3", "02", issued: Self.now))
      #expect(try await !revocations(store).covers(root, serial: "02"))
    }
  }
}
