import SeededDice
import Testing

@testable import OCIImages

/// The fields of answers, which a registry or whoever is in its place writes.
@Suite struct FieldTests {
  @Test("A challenge's parameters are read, quoted or not")
  func bearer() {
    let found = Challenge.parse([
      #"Bearer realm="https://auth.example/token",service="a, \"b\"", scope="repository:x:pull,push""#
    ])
    #expect(
      found == [
        Challenge(
          scheme: "bearer",
          parameters: ["realm": "https://auth.example/token", "service": #"a, "b""#, "scope": "repository:x:pull,push"])
      ])
    #expect(
      Challenge.parse(["bearer REALM=https://a.example/t , service=x"]).first?.parameters["realm"]
        == "https://a.example/t")
  }

  @Test("Several challenges in one field and in several are told apart")
  func several() {
    let expected = [
      Challenge(scheme: "negotiate", parameters: [:]), Challenge(scheme: "basic", parameters: ["realm": "r, s"]),
      Challenge(scheme: "bearer", parameters: ["realm": "x"]),
    ]
    #expect(Challenge.parse([#"Negotiate, Basic realm="r, s", Bearer realm=x"#]) == expected)
    #expect(Challenge.parse(["Negotiate", #"Basic realm="r, s""#, "Bearer realm=x"]) == expected)
  }

  @Test(
    "What is malformed is left out",
    arguments: ["", ",,,", "=", "\"", "realm=x", "Bearer realm=\"never closed", "Bearer ==x"])
  func malformed(_ field: String) {
    #expect(Challenge.parse([field]).allSatisfy { $0.parameters["realm"] == nil })
  }

  @Test("Endless fields are bounded")
  func bounded() {
    #expect(Challenge.parse(Array(repeating: "Basic realm=x", count: 1000)).count == Challenge.maximumCount)
    #expect(Challenge.parse(["Bearer " + String(repeating: "a=b,", count: 100_000)]).isEmpty)
  }

  @Test("The next page is found among links")
  func links() {
    #expect(LinkField.next([#"</v2/a/tags/list?last=x&n=2>; rel="next""#]) == "/v2/a/tags/list?last=x&n=2")
    #expect(LinkField.next([#"<a>; rel=prev, <b,c>; title="x, y"; rel="first NEXT""#]) == "b,c")
    #expect(LinkField.next(["<a>; rel=prev", "<b>;rel=next"]) == "b")
    for none in ["", "<a>", "<a", "a; rel=next", "<a>; rel=", "<a>; rel=\"next", "<a>; title=next"] {
      #expect(LinkField.next([none]) == nil)
    }
  }

  @Test("An address is taken apart; a name of a user, other protocols and nonsense are refused")
  func addresses() throws {
    let base = try #require(WebAddress("https://Host.example/v2/a/blobs/uploads/"))
    #expect(base.origin.host == "host.example" && base.origin.port == 443 && base.origin.authority == "host.example")
    let relative = try #require(WebAddress("/v2/x?state=a%3Db", relativeTo: base))
    #expect(relative.text == "https://host.example/v2/x?state=a%3Db")
    var more = relative
    more.add("digest", "sha256:0")
    #expect(
      more.text == "https://host.example/v2/x?state=a%3Db&digest=sha256%3A0"
        && more.description == "https://host.example/v2/x")
    #expect(WebAddress("id?x=1", relativeTo: base)?.text == "https://host.example/v2/a/blobs/uploads/id?x=1")
    #expect(WebAddress("//other.example/x", relativeTo: base)?.origin != base.origin)
    #expect(
      WebAddress("http://host.example/")?.origin != base.origin
        && WebAddress("https://host.example:443/")?.origin == base.origin)
    for none in [
      "", "ftp://a/", "https://", "https://u:p@host.example/", "https://host.example/a b", "file:///etc/passwd",
      "https://h:0/",
    ] {
      #expect(WebAddress(none) == nil)
    }
  }

  @Test("Whatever a field holds, it is read or left out")
  func fuzz() {
    var random = Dice(seed: 3)
    let fields = [
      #"Bearer realm="https://auth.example/token",service="a",scope="repository:x:pull", Basic realm="\"x\"""#,
      #"</v2/a/tags/list?last=x&n=2>; rel="next"; title="a", <b>; rel=prev"#, "https://host.example:5000/a/b?c=d%20e#f",
      #"{"errors":[{"code":"DENIED","message":"no\u0007"}]}"#, #"{"token":"abc","expires_in":1e3}"#,
    ]
    for _ in 0..<20_000 {
      let text = String(decoding: random.damaged(random.one(of: fields)), as: UTF8.self)
      for challenge in Challenge.parse([text]) { #expect(challenge.scheme == challenge.scheme.lowercased()) }
      _ = LinkField.next([text])
      if let address = WebAddress(text) { #expect(WebAddress(address.text) == address) }
      let errors = RegistryErrors(Array(text.utf8))
      #expect(errors.text?.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F } ?? true)
      if let token = TokenAnswer(Array(text.utf8)) { #expect(token.life > .zero) }
    }
  }
}
