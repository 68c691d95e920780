import Foundation
import TaskModel
import Testing

@testable import MusterCommands

@Suite struct BatchNameTests {
  private let name = BatchName(given: "n", kind: "k", inputs: "-")

  @Test func idsAreStable() {
    // SHA-256 of: 8 bytes length 1, "n", 8 bytes line 1, "{}".
    #expect(name.id(line: 1, input: Data("{}".utf8)) == "run-7a54ca4b1f8d1fdc5075bc932586e85939f47bd0")
  }

  @Test func idsAreIdsOfTasks() {
    let id = name.id(line: .max, input: Data())
    #expect(TaskID(id) != nil)
    #expect(id.utf8.count == 44)
  }

  @Test func everyPartCounts() {
    let other = BatchName(given: "m", kind: "k", inputs: "-")
    let ids: Set<String> = [
      name.id(line: 1, input: Data("a".utf8)), name.id(line: 2, input: Data("a".utf8)),
      name.id(line: 1, input: Data("b".utf8)), other.id(line: 1, input: Data("a".utf8)),
    ]
    #expect(ids.count == 4)
    #expect(name.id(line: 1, input: Data("a".utf8)) == name.id(line: 1, input: Data("a".utf8)))
  }

  @Test func defaultsToKindAndPath() {
    #expect(BatchName(given: nil, kind: "k", inputs: "-").text == "k:stdin")
    #expect(BatchName(given: nil, kind: "k", inputs: "/data/../data/in.jsonl").text == "k:/data/in.jsonl")
    let here = FileManager.default.currentDirectoryPath
    #expect(BatchName(given: nil, kind: "k", inputs: "in.jsonl").text == "k:\(here)/in.jsonl")
    #expect(BatchName(given: nil, kind: "k", inputs: "./in.jsonl").text == "k:\(here)/in.jsonl")
  }
}
