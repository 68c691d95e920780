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

  @Test("Any codable value goes through it unchanged")
  func codable() throws {
    let mirror = try JSONDecoder().decode(JSONValue.self, from: try JSONEncoder().encode(value))
    #expect(mirror == value)
    let condition = Condition(type: "Ready", status: "True", lastTransitionTime: try Time("2026-11-27T16:31:36Z"))
    #expect(try JSONValue(encoding: condition).decoded(as: Condition.self) == condition)
  }
}
