import Certificates
import MusterCore
import Testing
import Trust
import X509

@Suite struct IdentityTests {
  static let now = Timestamp(milliseconds: 1_790_000_000_000)
  let authority: CertificateAuthority

  init() throws { authority = try CertificateAuthority.make(name: "test", at: Self.now, lifetime: .seconds(86_400)) }

  private func certificate(_ name: String, _ uris: [String]) throws -> Certificate {
    try authority.issue(
      .client(name: name, uris: uris), to: SigningKey().publicKey, at: Self.now, lifetime: .seconds(60))
  }

  @Test(arguments: [
    Identity(name: "node1", role: .worker), Identity(name: "node1", role: .worker, kinds: ["a", "b"]),
    Identity(name: "ada", role: .submit), Identity(name: "ada", role: .submit, namespace: "team", kinds: ["a"]),
    Identity(name: "prometheus", role: .read), Identity(name: "root", role: .admin),
  ])
  func aCertificateSaysIt(_ identity: Identity) throws {
    #expect(Identity(try certificate(identity.name, identity.uris)) == identity)
  }

  @Test func aSubmitterHasANamespaceAlways() {
    #expect(Identity(name: "ada", role: .submit).namespace == "ada")
    #expect(Identity(name: "ada", role: .admin, namespace: "x").namespace == nil)
  }

  /// A certificate of another authority may say what it likes: what is not understood wholly gives no rights.
  @Test(arguments: [
    ("ada", []), ("ada", ["urn:muster:role:root"]), ("ada", ["urn:muster:role:read", "urn:muster:role:admin"]),
    ("ada", ["urn:muster:role:admin", "https://example.com"]),
    ("ada", ["urn:muster:role:admin", "urn:muster:scope:x"]),
    ("", ["urn:muster:role:admin"]), ("a b", ["urn:muster:role:admin"]), ("../x", ["urn:muster:role:worker"]),
    ("ada", ["urn:muster:role:submit", "urn:muster:namespace:a", "urn:muster:namespace:b"]),
    ("ada", ["urn:muster:role:submit", "urn:muster:namespace:"]),
    ("ada", ["urn:muster:role:worker", "urn:muster:kind:a/b"]),
  ])
  func whatIsNotUnderstoodGivesNoRights(_ name: String, _ uris: [String]) throws {
    #expect(Identity(try certificate(name, uris)) == nil)
  }
}
