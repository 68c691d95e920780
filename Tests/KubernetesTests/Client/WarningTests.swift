import NIOCore
import SeededDice
import Testing

@testable import Kubernetes

@Suite("Warnings that come with an answer")
struct WarningTests {
  private func warnings(_ headers: String...) -> [String] {
    APIResponse(status: 200, headers: headers.map { ("warning", $0) }, body: APIBody(ByteBuffer())).warnings
  }

  @Test("each is told in its own words, whether it has a header of its own or shares one")
  func reads() {
    #expect(warnings() == [])
    #expect(
      warnings(#"299 - "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice""#)
        == ["v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"])
    #expect(
      warnings(#"299 - "unknown field \"spec.a\"""#, #"299 - "b, c", 299 - "d\\" "Wed, 21 Oct 2026 07:28:00 GMT""#)
        == ["unknown field \"spec.a\"", "b, c", "d\\"])
  }

  @Test(
    "what is none is left out, and a flood is cut", arguments: ["", "299", "299 -", "x - \"a\"", "299 - \"a", "\""])
  func bad(header: String) {
    #expect(warnings(header) == [])
    #expect(warnings(header, #"299 - "ok""#) == ["ok"])
    #expect(warnings(String(repeating: #"299 - "a", "#, count: 10_000)).count == 100)
    #expect(warnings("299 - \"\(String(repeating: "a", count: 100_000))\"").allSatisfy { $0.count <= 1001 })
  }

  @Test("whatever a server sends, it is read to its end")
  func fuzz() {
    let seed = Array(#"299 - "a \"b\" c", 299 host "d" "date", 199 - "e""#.utf8)
    var random = Dice(seed: 11)
    for _ in 0..<3000 {
      let found = warnings(String(decoding: random.damaged(seed), as: UTF8.self))
      #expect(found.allSatisfy { !$0.contains { $0.isNewline } })
    }
  }
}
