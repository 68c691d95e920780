import Certificates
import Testing

@Suite struct ServerNameTests {
  @Test(arguments: [
    ("Node1.Example.COM.", "node1.example.com"), ("localhost", "localhost"), ("10.0.0.7", "10.0.0.7"),
    ("[::1]", "::1"), ("FD00:0::1", "fd00::1"), ("a_b-c.d", "a_b-c.d"),
  ])
  func goodOnes(_ text: String, _ printed: String) throws { #expect(try ServerName(text).description == printed) }

  @Test(arguments: [
    "", ".", "a..b", "-a", "a-", "a b", "10.0.0.256", "1.2.3", "*.example.com", "a/b", "münchen", "[x]",
  ])
  func badOnesGetASentence(_ text: String) {
    let error = #expect(throws: CertificatesError.self) { try ServerName(text) }
    #expect(error?.code == .badName)
    #expect(error?.message.contains("neither a host's name nor an address") == true)
  }

  @Test func aWildcardOfAnotherAuthorityStandsForOneLabel() throws {
    let wildcard = ServerName.dns("*.example.com")
    #expect(wildcard.covers(try ServerName("a.example.com")))
    #expect(!wildcard.covers(try ServerName("a.b.example.com")))
    #expect(!wildcard.covers(try ServerName("example.com")))
    #expect(!wildcard.covers(try ServerName("10.0.0.1")))
  }
}
