import Testing

@testable import CoordinatorAPI

@Suite struct CoordinatorAddressTests {
  @Test(arguments: [
    ("localhost", "localhost:50055"), ("localhost:7000", "localhost:7000"), ("10.0.0.7", "10.0.0.7:50055"),
    ("http://10.0.0.7:50055", "10.0.0.7:50055"), ("HTTP://head.example/", "head.example:50055"),
    ("[::1]", "[::1]:50055"), ("[fe80::1]:9", "[fe80::1]:9"), ("http://[::1]:50056/", "[::1]:50056"),
    (" head_1:65535 ", "head_1:65535"),
  ])
  func readsEveryForm(text: String, canonical: String) throws {
    #expect(try CoordinatorAddress(parsing: text).description == canonical)
  }

  @Test(arguments: [
    ("", "has no host"), (":50055", "has no host"), ("host:", "the port ''"), ("host:0", "the port '0'"),
    ("host:65536", "the port '65536'"), ("host:+5", "the port '+5'"), ("host:http", "the port 'http'"),
    ("::1", "in brackets"), ("[::1", "closing bracket"), ("[::1]50055", "after its host"), ("[head]:1", "not an IPv6"),
    ("https://head:1", "plain HTTP/2"), ("he ad:1", "not a host name"), ("head/path:1", "not a host name"),
  ])
  func refusesWithOneSentence(text: String, part: String) {
    let error = #expect(throws: APIError.self) { try CoordinatorAddress(parsing: text) }
    #expect(error?.code == .badAddress)
    #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    #expect(error?.message.contains("\n") == false)
  }

  @Test func readsLists() throws {
    let addresses = try CoordinatorAddress.list(parsing: "a:1, b ,,[::1]:3")
    #expect(addresses.map(\.description) == ["a:1", "b:50055", "[::1]:3"])
    #expect(throws: APIError.self) { try CoordinatorAddress.list(parsing: " , ") }
  }
}
