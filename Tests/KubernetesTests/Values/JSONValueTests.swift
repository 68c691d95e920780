import Foundation
import Testing

@testable import Kubernetes

@Suite struct JSONValueTests {
  private let value: JSONValue = ["spec": ["containers": [["name": "a", "image": "x:1"], ["name": "b"]], "n": 3]]

  @Test("Paths lead to values, or nowhere")
  func reading() {
    #expect(value["spec", "containers", 0, "image"]?.string == "x:1")
    #expect(value["spec", "n"]?.integer == 3)
    #expect(value["spec", "containers", 2] == nil)
    #expect(value["spec", "n", "deeper"] == nil)
    #expect(value["spec", 0] == nil)
    #expect(value[] == value)
  }

  @Test("Setting makes what is missing on the way")
  func writing() {
    var value = value
    value["spec", "containers", 1, "image"] = "y:2"
    value["spec", "containers", 2, "name"] = "c"
    value["status", "phase"] = "Running"
    #expect(value["spec", "containers", 1] == ["name": "b", "image": "y:2"])
    #expect(value["spec", "containers", 2] == ["name": "c"])
    #expect(value["status"] == ["phase": "Running"])
    value["spec", "containers", 9] = "too far"
    #expect(value["spec", "containers"]?.array?.count == 3)
  }

  @Test("Setting nil removes, and makes nothing")
  func removing() {
    var value = value
    value["spec", "containers", 0] = nil
    value["spec", "n"] = nil
    value["a", "b", "c"] = nil
    #expect(value == ["spec": ["containers": [["name": "b"]]]])
  }

  @Test("Numbers are integers where they are whole")
  func numbers() {
    #expect(JSONValue.number(3).integer == 3)
    #expect(JSONValue.number(3.5).integer == nil)
    #expect(JSONValue.integer(3).number == 3)
    #expect(JSONValue.string("3").integer == nil)
  }

  @Test("A typed value is read as one from the server: the names of an error lead to its place")
  func path() throws {
    struct Inner: Decodable { var b: [Bool] }
    let value: JSONValue = ["a": ["b": [true, 1]]]
    let error = #expect(throws: DecodingError.self) { try value.decoded(as: [String: Inner].self) }
    guard case .typeMismatch(_, let context)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(context.codingPath.map(\.stringValue) == ["a", "b", "1"])
  }

  @Test("Any codable value goes through it unchanged")
  func codable() throws {
    let mirror = try JSONDecoder().decode(JSONValue.self, from: try JSONEncoder().encode(value))
    #expect(mirror == value)
    let condition = Condition(type: "Ready", status: "True", lastTransitionTime: try Time("2026-11-27T16:31:36Z"))
    #expect(try JSONValue(encoding: condition).decoded(as: Condition.self) == condition)
    struct Odd: Codable, Equatable {
      var link = URL(string: "https://a.example/b?c")
      var price = Decimal(string: "12.50")
      var bytes = Data([1, 2, 255])
      var when = Date(timeIntervalSinceReferenceDate: 1.5)
      var none: Int?
    }
    #expect(try JSONValue(encoding: Odd()).decoded(as: Odd.self) == Odd())
    #expect(throws: DecodingError.self) { try JSONValue.object(["link": 3]).decoded(as: Odd.self) }
  }
}
