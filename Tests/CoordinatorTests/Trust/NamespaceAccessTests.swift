import CoordinatorAPI
import Foundation
import GRPCCore
import Testing
import Trust

@testable import Coordinator

@Suite("What submitters see of each other: nothing", .timeLimit(.minutes(3)))
struct NamespaceAccessTests {
  private func submitted(_ rig: TLSRig) async throws {
    let answers = try await rig.call(ada) { calls, _ in
      try await calls.submitTasks(.with { $0.tasks = [task("work", id: "a", input: "secret")] }).answers
    }
    #expect(answers.allSatisfy { !$0.hasProblem })
  }

  /// Each answer about another's task is the very one about a task that does not exist.
  @Test func anothersTaskIsOneThatDoesNotExist() async throws {
    try await TLSRig.run { rig in
      try await submitted(rig)
      try await rig.call(eve) { calls, _ in
        func same(_ what: String, _ body: @Sendable (String) async throws -> String) async {
          var said: [String] = []
          for id in ["a", "x"] {
            do {
              said.append(try await body(id).replacing("'\(id)'", with: "'?'"))
            } catch {
              said.append("\(error)".replacing("'\(id)'", with: "'?'"))
            }
          }
          #expect(said[0] == said[1], "\(what)")
        }
        await same("get") { id in "\(try await calls.getTask(.with { $0.id = id }))" }
        await same("result") { id in
          try await calls.readResult(.with { $0.id = id }) { response in
            for try await _ in response.messages {}
            return "read"
          }
        }
        await same("input") { id in
          try await calls.readInput(.with { $0.id = id }) { response in
            for try await _ in response.messages {}
            return "read"
          }
        }
        await same("logs") { id in
          try await calls.readLogs(.with { $0.id = id }) { response in
            for try await _ in response.messages {}
            return "read"
          }
        }
        await same("cancel") { id in
          try await calls.cancelTasks(.with { $0.ids = [id] }).answers.map { $0.problem.code }.joined()
        }
        await same("retry") { id in
          try await calls.retryTasks(.with { $0.ids = [id] }).answers.map { $0.problem.code }.joined()
        }
        await same("depend") { id in
          try await calls.submitTasks(
            .with {
              $0.tasks = [task("work", id: "d")]
              $0.tasks[0].dependsOn = [id]
            }
          ).answers.map { $0.problem.code }.joined()
        }
        await same("follow") { id in
          try await calls.followTasks { writer in
            try await writer.write(.with { $0.follow = [id] })
          } onResponse: { response in
            for try await message in response.messages where !message.unknown.isEmpty { return "unknown" }
            return "?"
          }
        }
        let list = try await calls.listTasks(.init()) { response in
          var all: [String] = []
          for try await part in response.messages { all += part.tasks.map(\.id) }
          return all
        }
        #expect(list == [])
        #expect(try await calls.countTasks(.init()).kinds.isEmpty)
        #expect(try await calls.getStatus(.with { $0.withCounts = true }).tasksByState.isEmpty)
      }
      let state = try await rig.call(ada) { calls, _ in try await calls.getTask(.with { $0.id = "a" }).summary.state }
      #expect(state == .queued)
    }
  }

  @Test func anIdThatSomebodyHasIsTakenWithoutASay() async throws {
    try await TLSRig.run { rig in
      try await submitted(rig)
      let answers = try await rig.call(eve) { calls, _ in
        try await calls.submitTasks(.with { $0.tasks = [task("work", id: "a", input: "secret")] }).answers
      }
      #expect(answers.first?.problem.code == "id_taken")
      #expect(answers.first?.existing == false && answers.first?.state == .unspecified)
      // One's own again is the same task.
      let own = try await rig.call(ada) { calls, _ in
        try await calls.submitTasks(.with { $0.tasks = [task("work", id: "a", input: "secret")] }).answers
      }
      #expect(own.first?.existing == true)
    }
  }

  @Test func readersSeeAllAndChangeNothing() async throws {
    try await TLSRig.run { rig in
      try await submitted(rig)
      try await rig.call(viewer) { calls, _ in
        let labels = try await calls.getTask(.with { $0.id = "a" }).summary.labels
        #expect(labels == ["muster.namespace": "ada"])
        await refusal(.permissionDenied) { _ = try await calls.submitTasks(.init()) }
        let sentence = await refusal(.permissionDenied) {
          try await calls.followTasks { writer in
            try await writer.write(.with { $0.submit = [task("work")] })
          } onResponse: { response in
            for try await _ in response.messages {}
          }
        }
        #expect(sentence.contains("may follow tasks and not hand in any"))
      }
    }
  }

  @Test func theCoordinatorsOwnLabelsAreNobodys() async throws {
    try await TLSRig.run { rig in
      for identity in [ada, root] {
        let answers = try await rig.call(identity) { calls, _ in
          try await calls.submitTasks(
            .with {
              $0.tasks = [task("work")]
              $0.tasks[0].labels = ["muster.namespace": "eve"]
            }
          ).answers
        }
        #expect(answers.first?.problem.code == "bad_labels")
      }
    }
  }

  @Test func aNamespaceHasOnlySoMuchUnfinished() async throws {
    var limits = CoordinatorConfiguration.Limits()
    limits.backlog = .init(tasks: 10, bytes: 1000)
    try await TLSRig.run(limits: limits) { rig in
      func submit(_ count: Int, _ size: Int, as identity: Identity) async throws -> [Muster_V1_SubmitAnswer] {
        try await rig.call(identity) { calls, _ in
          try await calls.submitTasks(
            .with { $0.tasks = (0..<count).map { _ in task("work", input: String(repeating: "x", count: size)) } }
          ).answers
        }
      }
      let first = try await submit(15, 1, as: ada)
      #expect(first.prefix(10).allSatisfy { !$0.hasProblem })
      #expect(
        first.dropFirst(10).allSatisfy { $0.problem.code == "queue_full" && $0.problem.retryAfterMilliseconds > 0 })
      // Others have their own room, and bytes count as well as tasks.
      #expect(try await submit(3, 400, as: eve).map(\.hasProblem) == [false, false, true])
      #expect(try await submit(12, 1, as: root).allSatisfy { !$0.hasProblem })
      // When some have ended there is room again.
      _ = try await rig.call(ada) { calls, _ in
        try await calls.cancelTasks(.with { $0.ids = first.prefix(4).map(\.id) })
      }
      try await eventually("there is room again") { try await !submit(1, 1, as: ada)[0].hasProblem }
    }
  }
}
