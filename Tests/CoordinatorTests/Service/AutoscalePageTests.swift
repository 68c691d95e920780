import CoordinatorAPI
import Foundation
import MusterCore
import TaskModel
import Testing

@testable import Coordinator

@Suite("How many workers a kind needs, over HTTP", .timeLimit(.minutes(1)))
struct AutoscalePageTests {
  func question(_ query: String...) throws -> AutoscalePage.Question {
    try AutoscalePage.Question(
      query.map { text in
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        return (parts[0], parts.count > 1 ? parts[1] : "")
      })
  }

  @Test("The number is work left over the window, in workers, never below those that are busy, within min and max")
  func formula() throws {
    func desired(_ question: AutoscalePage.Question, queued: Int, busy: Int = 0) -> Int {
      AutoscalePage.answer(question, queued: queued, running: busy, busyWorkers: busy, (.seconds(60), 1_000_000))
        .desired
    }
    #expect(try desired(question("kind=block"), queued: 0) == 0)
    #expect(try desired(question("kind=block"), queued: 100) == 10)
    #expect(try desired(question("kind=block", "window=5m", "slots=4"), queued: 100) == 5)
    #expect(try desired(question("kind=block"), queued: 0, busy: 7) == 7)
    #expect(try desired(question("kind=block", "min=3", "max=5"), queued: 0) == 3)
    #expect(try desired(question("kind=block", "min=3", "max=5"), queued: 1000) == 5)
    // Nobody has asked for a maximum.
    #expect(try desired(question("kind=block"), queued: 50_000) == 5000)
    let unknown = AutoscalePage.answer(
      try question("kind=block", "assume=10m"), queued: 4, running: 0, busyWorkers: 0, (.zero, 0))
    #expect(unknown.desired == 4 && unknown.measured == 0 && unknown.runSeconds == 600)
  }

  @Test(
    "A question that is none gets a sentence",
    arguments: [
      ["kind="], [], ["kind=a", "window=0"], ["kind=a", "window=x"], ["kind=a", "slots=0"], ["kind=a", "max=-1"],
      ["kind=a", "min=5", "max=4"], ["kind=a", "colour=red"], ["kind=\(String(repeating: "a", count: 141))"],
      ["kind=a", "slots=99999999999999999999"], ["kind=a", "assume=\(String(repeating: "9", count: 100))s"],
    ])
  func bad(query: [String]) {
    let error = #expect(throws: AutoscalePage.BadQuestion.self) {
      try AutoscalePage.Question(
        query.map { text in
          let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
          return (parts[0], parts.count > 1 ? parts[1] : "")
        })
    }
    #expect(error?.sentence.count ?? 1000 < 200)
  }

  @Test("KEDA's scaler finds its number in the JSON")
  func served() async throws {
    try await Served.run(kinds: [KindDefinition(name: "work")]) { served in
      try await withCoordinator(at: [served.address], patience: .seconds(30)) { client in
        _ = try await client.submit((0..<30).map { task("work", id: "t\($0)") })
      }
      let page = try await served.page("/api/v1/autoscale?kind=work&window=10m&assume=1m")
      #expect(page.status == 200 && page.type == "application/json")
      let answer = try JSONDecoder().decode(AutoscalePage.Answer.self, from: Data(page.text.utf8))
      #expect(answer.queued == 30 && answer.desired == 3 && answer.running == 0 && answer.measured == 0)
      #expect(try await served.page("/api/v1/autoscale").status == 400)
      let none = try await served.page("/api/v1/autoscale?kind=none")
      #expect(none.text.contains("\"desired\":0"))
    }
  }
}
