import Foundation
import NIOCore
import SeededDice
import Testing

@testable import Kubernetes

@Suite("Decoding what is wanted of an object")
struct SparseDecoderTests {
  struct Everything: Codable, Equatable {
    struct Inner: Codable, Equatable {
      var name: String
      var tags: [String: String]?
    }
    enum Mode: String, Codable { case on, off }
    var text: String
    var yes: Bool
    var count: Int
    var small: Int8?
    var large: UInt64?
    var rate: Double?
    var inner: Inner?
    var list: [Inner]?
    var numbers: [Int?]?
    var mode: Mode?
    var table: [String: [Int]]?
  }

  private func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
    try SparseDecoder.decode(type, from: ByteBuffer(string: text))
  }

  private let sample = #"""
    {"ignored":{"deep":[1,{"x":"}]\\\""}]},"text":"a\u00e9\n\"b\" \ud83d\ude00","yes":true,"count":-12,"small":127,
     "large":18446744073709551615,"rate":1.5e3,"other":[[],{}],"inner":{"name":"","tags":{"a":"1","b\"":"2"}},
     "list":[{"name":"x","tags":null},{"name":"y","unknown":{"z":[]}}],"numbers":[1,null,3],"mode":"off","table":{"t":[],"u":[7]}}
    """#

  @Test("reads what Foundation's decoder reads")
  func same() throws {
    let expected = try JSONDecoder().decode(Everything.self, from: Data(sample.utf8))
    #expect(try decode(Everything.self, sample) == expected)
    #expect(expected.text == "aé\n\"b\" 😀" && expected.inner?.tags == ["a": "1", "b\"": "2"])
  }

  @Test("a name with escapes is the name that it stands for; of two the last counts; blanks are anywhere")
  func names() throws {
    struct One: Decodable { var text: String }
    #expect(try decode(One.self, #"{"t\u0065xt":"a"}"#).text == "a")
    #expect(try decode(One.self, #"{"text":"a","text":"b"}"#).text == "b")
    #expect(try decode(One.self, " \n{ \"text\"\t:\r\"a\" } \n").text == "a")
    #expect(try decode([String: Int].self, #"{"a":1,"a":2}"#) == ["a": 2])
  }

  @Test("numbers are exact, and those that do not fit are refused")
  func numbers() throws {
    #expect(try decode([Int64].self, "[9223372036854775807,-9223372036854775808,1.0,2e3]") == [.max, .min, 1, 2000])
    for wrong in ["[9223372036854775808]", "[1.5]", "[\"1\"]", "[true]", "[null]", "[1e400]", "[--1]"] {
      #expect(throws: DecodingError.self, "\(wrong)") { try decode([Int64].self, wrong) }
    }
    #expect(throws: DecodingError.self) { try decode([Int8].self, "[128]") }
    #expect(throws: DecodingError.self) { try decode([UInt].self, "[-1]") }
  }

  @Test(
    "an error says where it is",
    arguments: [
      (#"{"text":1}"#, "'text' is no String"), (#"{"text":"","yes":true,"count":"1"}"#, "'count' is no Int"),
      (#"{"text":"","yes":true}"#, "'count' is missing"),
      (#"{"text":"","yes":true,"count":1,"list":[{"name":"a"},{"name":null}]}"#, "'list[1].name' has no value"),
      (#"{"text":"","yes":true,"count":1,"inner":{"name":"","tags":{"a":1}}}"#, "'inner.tags.a' is no String"),
      (#"{"text":"","yes":true,"count":1,"mode":"dim"}"#, "'mode' is not well formed"),
      (#"{"text":"#, "it is not JSON"), ("", "it is not JSON"), ("[]", "'it' is no Dictionary<String, Any>"),
    ])
  func errors(text: String, complaint: String) throws {
    let error = try #require(throws: DecodingError.self) { try decode(Everything.self, text) }
    #expect(JSONComplaint.text(error) == complaint)
  }

  @Test("whole values and bytes are read among fields")
  func whole() throws {
    struct Mixed: Decodable {
      var value: JSONValue
      var bytes: Data
    }
    let mixed = try decode(Mixed.self, #"{"value":{"a":[1,2.5,"x",null]},"bytes":"AAEC"}"#)
    #expect(mixed.value == .object(["a": .array([.integer(1), .number(2.5), .string("x"), .null])]))
    #expect(mixed.bytes == Data([0, 1, 2]))
    #expect(throws: DecodingError.self) { try decode(Mixed.self, #"{"value":{"a":1,},"bytes":""}"#) }
    #expect(throws: DecodingError.self) { try decode(Mixed.self, #"{"value":1,"bytes":"?"}"#) }
  }

  @Test("who owns which field is read with objects that can be written back, and left out of others")
  func managers() throws {
    struct Part: KubernetesObject { var metadata: ObjectMeta }
    struct Whole: CompleteObject { var metadata: ObjectMeta }
    let json = ByteBuffer(
      string: #"{"metadata":{"name":"a","managedFields":[{"manager":"m","fieldsV1":{"f:spec":{}}}]}}"#)
    #expect(try Part.decode(json).metadata.managedFields == nil)
    #expect(try Whole.decode(json).metadata.managedFields?.first?.manager == "m")
  }

  @Test("a type that contains itself cannot be nested until the stack ends")
  func depth() throws {
    struct Nested: Decodable { var inner: [Nested]? }
    func nested(_ depth: Int) -> String {
      String(repeating: #"{"inner":["#, count: depth) + String(repeating: "]}", count: depth)
    }
    _ = try decode(Nested.self, nested(200))
    #expect(throws: DecodingError.self) { try decode(Nested.self, nested(2000)) }
  }

  @Test("whatever comes, it reads it as Foundation does, or throws")
  func mutations() throws {
    var random = Dice(seed: 7)
    let original = Array(sample.utf8)
    let letters = Array(#"{}[]",:\u0e1-.null true"#.utf8)
    var read = 0
    for _ in 0..<20_000 {
      var bytes = original
      for _ in 0...Int.random(in: 0..<3, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[place] = letters.randomElement(using: &random) ?? 0
        case 1: bytes.remove(at: place)
        default: bytes = Array(bytes[..<place]) + original[Int.random(in: 0..<original.count, using: &random)...]
        }
      }
      let ours = try? SparseDecoder.decode(Everything.self, from: ByteBuffer(bytes: bytes))
      // What is passed over is not checked, so more may be read; what both read is the same.
      if let theirs = try? JSONDecoder().decode(Everything.self, from: Data(bytes)), let ours {
        read += 1
        // Of two members with one name Foundation takes the first.
        if String(decoding: bytes, as: UTF8.self).matches(of: /"text"/).count == 1 { #expect(ours.text == theirs.text) }
      }
    }
    #expect(read > 1000)
  }
}
