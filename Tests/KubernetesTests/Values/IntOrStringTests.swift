import Foundation
import Testing

@testable import Kubernetes

@Suite struct IntOrStringTests {
  @Test("Numbers stay numbers and texts stay texts")
  func json() throws {
    let read = try JSONDecoder().decode([IntOrString].self, from: Data(#"[80,"http","25%","80"]"#.utf8))
    #expect(read == [80, "http", "25%", "80"])
    #expect(String(decoding: try JSONEncoder().encode(read), as: UTF8.self) == #"[80,"http","25%","80"]"#)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode([IntOrString].self, from: Data("[1.5]".utf8)) }
  }

  @Test("A percentage is a share of a total, rounded as its field says")
  func scaled() {
    #expect(IntOrString.integer(3).scaled(of: 10, roundsUp: true) == 3)
    #expect(IntOrString("25%").scaled(of: 10, roundsUp: true) == 3)
    #expect(IntOrString("25%").scaled(of: 10, roundsUp: false) == 2)
    #expect(IntOrString("http").scaled(of: 10, roundsUp: false) == nil)
    #expect(IntOrString("9223372036854775807%").scaled(of: 10, roundsUp: false) == nil)
  }
}
