import Foundation
import NIOCore
import SeededDice
import Testing

@testable import Kubernetes

@Suite struct JSONReaderTests {
  private func parse(_ text: String) throws -> JSONValue { try JSONReader.parse(Array(text.utf8)) }

  @Test("Values of every kind are read")
  func values() throws {
    let text = #" {"a": [1, -2.5, true, false, null, "x"], "b": {}, "c": [], "d": 1e3 } "#
    let value: JSONValue = [
      "a": [1, -2.5, true, false, .null, "x"], "b": [:], "c": [], "d": 1000,
    ]
    #expect(try parse(text) == value)
    #expect(try JSONReader.parse(ByteBuffer(string: text)) == value)
  }

  @Test("Integers of 64 bits are exact; what is larger is a rounded number")
  func integers() throws {
    #expect(try parse("9223372036854775807") == .integer(.max))
    #expect(try parse("-9223372036854775808") == .integer(.min))
    #expect(try parse("9223372036854775808") == .number(9_223_372_036_854_775_808))
    #expect(try parse("9007199254740993") == .integer(9_007_199_254_740_993))
  }

  @Test("Escapes become letters")
  func escapes() throws {
    #expect(try parse(#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00é😀""#) == .string("\"\\/\u{8}\u{c}\n\r\té😀é😀"))
  }

  @Test(
    "What is not JSON is refused with its place",
    arguments: [
      "", " ", "{", "[", "[1,]", "{,}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, "{a:1}", "tru", "nul", "01", "1.", ".5",
      "+1",
      "1e", "1e999", "--1", #""\x""#, #""\u12"#, #""\ud83d""#, #""\ud83dx""#, #""\ude00""#, #""\ud83d\u0041""#,
      "\"\n\"",
      #""a"#, "1 2", "[1 2]", "\u{feff}1", "NaN", "'a'",
    ])
  func refuses(_ text: String) {
    let error = #expect(throws: KubernetesError.self) { try parse(text) }
    #expect(error?.code == .badValue)
    #expect(error?.message.contains("at line 1, column") == true || text.contains("\n"))
  }

  @Test("The place of an error is counted in lines and columns")
  func places() {
    let error = #expect(throws: KubernetesError.self) { try parse("{\n  \"a\": 1,\n  \"b\": x\n}") }
    #expect(error?.details["line"] == "3")
    #expect(error?.details["column"] == "8")
  }

  @Test("Text that is not UTF-8 is refused")
  func encoding() {
    #expect(throws: KubernetesError.self) { try JSONReader.parse([0x22, 0xFF, 0x22]) }
    #expect(throws: KubernetesError.self) { try JSONReader.parse([0x22, 0x5C, 0x6E, 0xC3, 0x22]) }
  }

  @Test("Nesting is bounded, and up to there works")
  func depth() throws {
    let deepest = JSONReader.deepest
    _ = try parse(String(repeating: "[", count: deepest) + String(repeating: "]", count: deepest))
    #expect(throws: KubernetesError.self) { try parse(String(repeating: "[", count: deepest + 1)) }
    #expect(throws: KubernetesError.self) { try parse(String(repeating: #"{"a":"#, count: 1_000_000)) }
  }

  @Test("Of two members with one name the last counts, or they are refused")
  func duplicates() throws {
    let text = Array(#"{"a": 1, "a": 2}"#.utf8)
    #expect(try JSONReader.parse(text) == ["a": 2])
    #expect(throws: KubernetesError.self) { try JSONReader.parse(text, refusesDuplicates: true) }
    // Swift's strings take these two for equal; neither may be lost silently.
    #expect(throws: KubernetesError.self) { try parse("{\"\u{e9}\": 1, \"e\u{301}\": 2}") }
  }

  @Test("Damaged JSON is refused, or printed so that it is read back as the same")
  func fuzz() throws {
    var mutator = Dice(seed: 5)
    let sample = #"{"a":[1,-2.5e3,true,null],"b":{"c":"d\u00e9\n","e":""},"f":12345678901234567890}"#
    var good = 0
    for _ in 0..<20_000 {
      let bytes = mutator.damaged(sample, marks: #"{}[]",:\0123456789.eE+-truefalsn "#)
      guard let value = try? JSONReader.parse(bytes) else { continue }
      good += 1
      #expect(try JSONReader.parse(JSONWriter.bytes(value)) == value)
      #expect((try? JSONDecoder().decode(JSONValue.self, from: Data(bytes))) != nil, "Foundation refuses what is read")
    }
    #expect(good > 100)
  }
}
