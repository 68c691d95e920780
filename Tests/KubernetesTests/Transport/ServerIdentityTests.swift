import Testing

@testable import Kubernetes

@Suite("For whom a certificate is")
struct ServerIdentityTests {
  @Test("names match as RFC 6125 says")
  func names() {
    let yes = [
      ("api.example.org", "API.example.org"), ("api.example.org", "api.example.org."),
      ("*.example.org", "a.example.org"),
      ("localhost", "localhost"),
    ]
    for (pattern, name) in yes { #expect(ServerIdentity.matches(pattern, name), "\(pattern) \(name)") }
    let no = [
      ("api.example.org", "b.example.org"), ("*.example.org", "a.b.example.org"), ("*.example.org", "example.org"),
      ("*.example.org", ".example.org"), ("a*.example.org", "ab.example.org"), ("*", "localhost"),
      ("*.org", "example.org"),
      ("*.*.org", "a.b.org"), ("", ""), ("", "a"),
    ]
    for (pattern, name) in no { #expect(!ServerIdentity.matches(pattern, name), "\(pattern) \(name)") }
  }

  @Test("addresses are told from names")
  func addresses() {
    for text in ["10.0.0.1", "::1", "fe80::1"] { #expect(ServerIdentity.isAddress(text)) }
    for text in ["localhost", "10.0.0.1.example", "a", "10.0.0.256", ""] { #expect(!ServerIdentity.isAddress(text)) }
  }
}
