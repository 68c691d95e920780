import Certificates
import MusterCore
import Testing
import X509

@Suite struct PeerCheckTests {
  static let now = Timestamp(milliseconds: 1_790_000_000_000)
  let authority: CertificateAuthority
  let check: PeerCheck
  let key = SigningKey()

  init() throws {
    authority = try CertificateAuthority.make(name: "test", at: Self.now, lifetime: .seconds(86_400))
    check = PeerCheck(roots: [authority.certificate])
  }

  private func client(lifetime: Duration = .seconds(3600)) throws -> Certificate {
    try authority.issue(
      .client(name: "ada", uris: ["urn:muster:role:submit"]), to: key.publicKey, at: Self.now, lifetime: lifetime)
  }

  private func server(_ names: [String]) throws -> Certificate {
    try authority.issue(
      .server(try names.map { try ServerName($0) }), to: key.publicKey, at: Self.now, lifetime: .seconds(3600))
  }

  @Test func aCertificateOfTheAuthorityIsTaken() async throws {
    let certificate = try client()
    #expect(try await check.check([certificate], as: .client, at: Self.now).get() == certificate)
    #expect(certificate.commonName == "ada")
    #expect(certificate.uris == ["urn:muster:role:submit"])
  }

  @Test func itIsTakenOnlyInItsTime() async throws {
    let certificate = try client()
    let late = Self.now + .seconds(3601)
    #expect(await check.check([certificate], as: .client, at: late) == .failure(.expired(Self.now + .seconds(3600))))
    let early = Self.now + .seconds(-301)
    #expect(
      await check.check([certificate], as: .client, at: early) == .failure(.notYetValid(Self.now + .seconds(-300))))
    // Clocks may differ a little.
    #expect(try await check.check([certificate], as: .client, at: Self.now + .seconds(-299)).get() == certificate)
  }

  @Test func anotherAuthoritysIsForeignEvenIfItHasTheSameName() async throws {
    let other = try CertificateAuthority.make(name: "test", at: Self.now, lifetime: .seconds(86_400))
    let certificate = try other.issue(
      .client(name: "ada", uris: []), to: key.publicKey, at: Self.now, lifetime: .seconds(60))
    for chain in [[certificate], [certificate, other.certificate], [other.certificate]] {
      let answer = await check.check(chain, as: .client, at: Self.now)
      guard case .failure(.foreign) = answer else {
        Issue.record("\(answer)")
        continue
      }
    }
  }

  @Test func thePathHasOnlyWhatLeadsToTheAuthority() async throws {
    let certificate = try client()
    let other = try CertificateAuthority.make(name: "other", at: Self.now, lifetime: .seconds(86_400))
    for beside in [[], [other.certificate], [other.certificate, authority.certificate]] {
      let path = await check.path(of: [certificate] + beside, as: .client, at: Self.now)
      #expect(path == .success([certificate, authority.certificate]))
    }
  }

  @Test func aClientsCertificateSignsNothing() async throws {
    // Somebody with a client's certificate who makes himself an authority.
    let middle = try client()
    #expect(throws: CertificatesError.self) { try CertificateAuthority(certificate: middle, key: key) }
    let forged = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: SigningKey().publicKey, notValidBefore: middle.notValidBefore,
      notValidAfter: middle.notValidAfter, issuer: middle.subject, subject: middle.subject,
      extensions: .init(), issuerPrivateKey: try Certificate.PrivateKey(pemEncoded: key.pem.reveal()))
    guard case .failure(.foreign) = await check.check([forged, middle], as: .client, at: Self.now) else {
      Issue.record("a chain over a client's certificate was taken")
      return
    }
  }

  @Test func aServerSpeaksForItsNamesOnly() async throws {
    let certificate = try server(["node1.example.com", "10.0.0.7", "[fd00::7]"])
    for name in ["node1.example.com", "NODE1.example.com.", "10.0.0.7", "fd00::7", "fd00:0:0::7"] {
      let answer = await check.check([certificate], as: .server(try ServerName(name)), at: Self.now)
      #expect(answer == .success(certificate), "\(name)")
    }
    for name in ["node2.example.com", "x.node1.example.com", "10.0.0.8", "::1"] {
      let wanted = try ServerName(name)
      let answer = await check.check([certificate], as: .server(wanted), at: Self.now)
      #expect(answer == .failure(.wrongName(wanted: wanted, names: ServerName.all(in: certificate))), "\(name)")
    }
  }

  @Test func aClientCannotBeAServer() async throws {
    #expect(await check.check([try client()], as: .server(nil), at: Self.now) == .failure(.wrongPurpose))
    #expect(await check.check([], as: .client, at: Self.now) == .failure(.unreadable))
  }

  @Test func nothingOutlivesTheAuthority() throws {
    #expect(try client(lifetime: .seconds(999_999)).notValidAfter == authority.certificate.notValidAfter)
  }

  @Test func theFingerprintIsTheKeys() throws {
    let again = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: authority.certificate.publicKey,
      notValidBefore: .init(timeIntervalSince1970: 0), notValidAfter: .init(timeIntervalSince1970: 9),
      issuer: authority.certificate.subject, subject: authority.certificate.subject, extensions: .init(),
      issuerPrivateKey: try Certificate.PrivateKey(pemEncoded: key.pem.reveal()))
    #expect(again.keyFingerprint == authority.certificate.keyFingerprint)
    #expect(again.keyFingerprint != key.fingerprint)
  }

  /// A chain of many that sign each other could be searched for ever.
  @Test func aLongChainIsNotSearched() async throws {
    let certificate = try client()
    let many = Array(repeating: certificate, count: PeerCheck.longestChain + 1)
    #expect(await check.check(many, as: .client, at: Self.now) == .failure(.unreadable))
    let bytes = try certificate.serializeAsPEM().derBytes
    #expect(PeerCheck.certificates(Array(repeating: bytes, count: 4))?.count == 4)
    #expect(PeerCheck.certificates(Array(repeating: bytes, count: 5)) == nil)
    #expect(PeerCheck.certificates([Array(repeating: 0x30, count: 20_000)]) == nil)
  }

  @Test func aNameThatDoesNotFitIsNotCutOff() {
    #expect(throws: CertificatesError.self) {
      try authority.issue(
        .client(name: String(repeating: "a", count: 65), uris: []), to: key.publicKey, at: Self.now,
        lifetime: .seconds(60))
    }
  }

  @Test(arguments: [(20, 13), (60, 40), (2_592_000, 1_728_000)])
  func aCertificateIsRenewedAfterTwoThirds(_ lifetime: Int, _ due: Int) throws {
    let certificate = try client(lifetime: .seconds(min(lifetime, 80_000)))
    let wanted = lifetime > 80_000 ? 53_333 : due
    #expect(!Renewal.isDue(certificate, at: Self.now + .seconds(wanted - 1)))
    #expect(Renewal.isDue(certificate, at: Self.now + .seconds(wanted + 1)))
  }

  /// A certificate is known again by its number, whatever it begins with.
  @Test(arguments: [[0, 0, 7, 1], [0x80, 1, 2], [1], Array(repeating: 0xFF, count: 20)] as [[UInt8]])
  func aNumberIsTheSameWhenItIsReadBack(_ bytes: [UInt8]) throws {
    let serial = Certificate.SerialNumber(bytes: bytes)
    let made = try authority.issue(
      .client(name: "ada", uris: []), to: key.publicKey, serial: serial, at: Self.now, lifetime: .seconds(60))
    let read = try Certificate(derEncoded: try made.serializeAsPEM().derBytes)
    #expect(read.serialText == serial.text)
  }
}
