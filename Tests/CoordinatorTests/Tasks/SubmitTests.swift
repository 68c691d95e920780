import CoordinatorAPI
import Foundation
import MusterCore
import TaskModel
import Testing

@testable import Coordinator

@Suite("Submitting tasks", .timeLimit(.minutes(2)))
struct SubmitTests {
  @Test("What is wrong with a task is said by a code and one sentence, and the others go on")
  func problems() async throws {
    let long = String(repeating: "x", count: 129)
    typealias Wrong = (code: String, sentence: String, change: @Sendable (inout Muster_V1_TaskSpec) -> Void)
    let wrongs: [Wrong] = [
      ("bad_id", "the task id '\(long)' must be 1 to 128 characters", { $0.id = long }),
      ("bad_id", "the task id '../x' must be", { $0.id = "../x" }),
      ("bad_kind", "the kind 'no kind' of task 't' must be", { $0.kind = "no kind" }),
      ("bad_kind", "the kind '' of task 't' must be", { $0.kind = "" }),
      (
        "input_too_large", "the input of task 't' has 101 bytes and the limit is 100; raise maxInput",
        { $0.input = Data(count: 101) }
      ),
      ("bad_priority", "the priority 1001 of task 't' must be from -1000 to 1000", { $0.priority = 1001 }),
      ("bad_priority", "the priority -1001 of task 't'", { $0.priority = -1001 }),
      ("bad_needs", "task 't' asks for more slots, GPUs or memory than can be counted", { $0.slots = 65_536 }),
      ("bad_needs", "task 't' asks for more", { $0.gpus = 65_536 }),
      ("bad_needs", "task 't' asks for more", { $0.memory = .max }),
      (
        "too_many_dependencies", "task 't' depends on 1001 tasks; at most 1000",
        { $0.dependsOn = (0...1000).map { "d\($0)" } }
      ),
      (
        "bad_labels", "task 't' has labels out of bounds: at most 64",
        { $0.labels = Dictionary(uniqueKeysWithValues: (0...64).map { ("l\($0)", "") }) }
      ),
      ("bad_labels", "task 't' has labels out of bounds", { $0.labels = ["": "x"] }),
      ("bad_labels", "task 't' has labels out of bounds", { $0.labels = ["x": String(repeating: "x", count: 1025)] }),
      (
        "unknown_dependency", "task 't' depends on 'nobody', which does not exist; submit that one first",
        { $0.dependsOn = ["nobody"] }
      ),
      ("unknown_dependency", "task 't' depends on '!', which does not exist", { $0.dependsOn = ["!"] }),
      ("id_taken", "task 'here' exists with another kind, input", { $0.id = "here" }),
    ]
    try await withCoordinator(configure: { $0.maxInput = 100 }) { fixture in
      try await fixture.submit("work", id: "here", input: "1")
      for (number, wrong) in wrongs.enumerated() {
        var bad = task("work", id: "t")
        wrong.change(&bad)
        let request = Muster_V1_SubmitTasksRequest.with {
          $0.tasks = [task("work", id: "before\(number)"), bad, task("work", id: "after\(number)")]
        }
        let answers = try await fixture.api.submitTasks(request).answers
        #expect(answers.map(\.hasProblem) == [false, true, false])
        #expect(answers.map(\.id) == ["before\(number)", bad.id, "after\(number)"])
        #expect(answers[1].problem.code == wrong.code)
        #expect(answers[1].problem.message.hasPrefix(wrong.sentence), "\(answers[1].problem.message)")
        #expect(!answers[1].problem.message.contains("\n"))
      }
    }
  }

  @Test("More kinds than memory has room for are refused; those that are there go on")
  func tooManyKinds() async throws {
    try await withCoordinator { fixture in
      let many = (0..<TaskBook.mostKinds).map { task("kind\($0)", id: "t\($0)") }
      let answers = try await fixture.api.submitTasks(.with { $0.tasks = many }).answers
      // One place is taken by the kind of the coordinator's own file.
      #expect(answers.filter(\.hasProblem).map(\.problem.code) == ["too_many_sorts"])
      #expect(answers.last?.problem.message.contains("at most 4096 kinds") == true)
      try await fixture.submit("kind7", id: "another")
    }
  }

  @Test("The same id and the same task twice is one task; with another input it is an error")
  func idempotence() async throws {
    try await withCoordinator { fixture in
      let first = try await fixture.submit("work", id: "a", input: "1")
      #expect(!first.existing && first.state == .queued)
      let second = try await fixture.submit("work", id: "a", input: "1")
      #expect(second.existing && second.state == .queued && second.id == "a")
      let both = try await fixture.api.submitTasks(
        .with { $0.tasks = [task("work", id: "b"), task("work", id: "b"), task("work", id: "b", input: "x")] }
      ).answers
      #expect(both.map(\.existing) == [false, true, false])
      #expect(both.map(\.problem.code) == ["", "", "id_taken"])
      let worker = try await fixture.worker("w")
      try await worker.end(worker.assignment(), result: "r")
      let third = try await fixture.submit("work", id: "a", input: "1")
      #expect(third.existing && third.state == .done)
      #expect(try await fixture.api.countTasks(.init()).kinds.first?.byState.values.reduce(0, +) == 2)
    }
  }

  @Test("Without an id the coordinator makes one, in the order of time; without needs the kind's are taken")
  func defaults() async throws {
    let kind = KindDefinition(
      name: "work", maxAttempts: 7, needs: Needs(slots: 2, memory: 1 << 20, gpus: 1))
    try await withCoordinator(kinds: [kind]) { fixture in
      let early = try await fixture.submit([task("work"), task("work")]).map(\.id)
      try await fixture.pass(.milliseconds(100))
      let late = try await fixture.submit([task("work")]).map(\.id)
      let ids = early + late
      #expect(Set(ids).count == 3)
      #expect(ids.allSatisfy { $0.count == 26 && TaskID($0) != nil })
      #expect(early.allSatisfy { $0 < late[0] })
      let summary = try await fixture.detail(ids[0]).summary
      #expect(summary.slots == 2 && summary.memory == 1 << 20 && summary.gpus == 1 && summary.maxAttempts == 7)
      var own = task("other", id: "own")
      own.slots = 3
      own.maxAttempts = 1
      try await fixture.submit([own])
      let other = try await fixture.detail("own").summary
      #expect(other.slots == 3 && other.memory == 0 && other.gpus == 0 && other.maxAttempts == 1)
    }
  }

  @Test("A large input is a file of the store; a repeated submission leaves no second one")
  func largeInput() async throws {
    try await withFolder { state in
      try await withCoordinator(state: state) { fixture in
        let input = String(repeating: "0123456789abcdef", count: 40_000)
        for _ in 0..<3 { try await fixture.submit("work", id: "big", input: input) }
        // The files of repeated submissions are removed after their answers.
        try await eventually("one file is left") {
          try FileManager.default.contentsOfDirectory(atPath: "\(state)/payloads").count == 1
        }
        let read = try await fixture.api.readInput(.with { $0.id = "big" }) { response in
          var parts: [Muster_V1_PayloadPart] = []
          for try await part in response.messages { parts.append(part) }
          return parts
        }
        #expect(read.reduce(Data()) { $0 + $1.data } == Data(input.utf8))
        #expect(read.map(\.totalSize).filter { $0 > 0 } == [UInt64(input.utf8.count)])
        #expect(read.count > 1)
      }
    }
  }
}
