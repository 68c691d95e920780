import CoordinatorAPI
import Foundation
import Testing

@testable import MusterCommands

@Suite struct ResultLineTests {
  private func text(_ outcome: BatchOutcome) -> String { String(decoding: ResultLine.encode(outcome), as: UTF8.self) }

  @Test func writesTextAsItIs() throws {
    let outcome = BatchOutcome(
      line: 7, id: "run-07", state: .done, result: Data("{\"y\":\"é\\n\"}\n".utf8), attempts: 2, worker: "w")
    #expect(
      text(outcome)
        == #"{"line":7,"id":"run-07","state":"done","result":"{\"y\":\"é\\n\"}\n","attempts":2,"worker":"w"}"# + "\n")
  }

  @Test func writesOtherBytesInBase64() throws {
    let outcome = BatchOutcome(line: 1, id: "run-1", state: .done, result: Data([0xFF, 0, 1]))
    #expect(text(outcome) == #"{"line":1,"id":"run-1","state":"done","result_base64":"/wAB"}"# + "\n")
  }

  @Test func writesErrors() throws {
    let outcome = BatchOutcome(
      line: 1, id: "run-1", state: .rejected, error: "a \"b\"\u{1}", problem: "unknown_kind")
    #expect(
      text(outcome)
        == #"{"line":1,"id":"run-1","state":"rejected","error":"a \"b\"\u0001","problem":"unknown_kind"}"# + "\n")
  }

  @Test func everyLineIsJSONWithTheSameBytes() throws {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      let bytes = Data((0..<Int.random(in: 0..<40)).map { _ in UInt8.random(in: 0...255, using: &generator) })
      for result in [bytes, Data(bytes.filter { $0 < 0x80 })] {
        let line = ResultLine.encode(BatchOutcome(line: 3, id: "run-3", state: .done, result: result))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
        if let text = object["result"] as? String {
          #expect(Data(text.utf8) == result)
        } else {
          #expect(Data(base64Encoded: try #require(object["result_base64"] as? String)) == result)
        }
        #expect(line.filter { $0 == 0x0A }.count == 1)
      }
    }
  }

  @Test(arguments: BatchOutcome.State.allCases)
  func readsItsOwnLines(state: BatchOutcome.State) throws {
    let id = BatchName(given: "n", kind: "k", inputs: "-").id(line: .max, input: Data())
    let outcome = BatchOutcome(
      line: .max, id: id, state: state, result: Data(String(repeating: "\"x", count: 100).utf8), error: "no")
    let line = Data(ResultLine.encode(outcome).dropLast())
    #expect(ResultLine.head(line) == ResultLine.Head(line: .max, id: id, state: state))
  }

  @Test func readsWhatOthersWrote() {
    let line = Data(#" { "state" : "done", "id":"run-5", "result":"x", "line": 5 }"#.utf8)
    #expect(ResultLine.head(line) == ResultLine.Head(line: 5, id: "run-5", state: .done))
  }

  @Test(arguments: [
    "", "{}", "x", "[1]", #"{"line":-1,"id":"a","state":"done"}"#, #"{"line":1,"id":"a","state":"running"}"#,
    #"{"line":1,"id":"a","state":"done","result":"half"#, #"{"line":1,"id":"a"}"#,
    #"{"line":"1","id":"a","state":"done"}"#,
  ])
  func refusesOtherThings(text: String) { #expect(ResultLine.head(Data(text.utf8)) == nil) }
}
