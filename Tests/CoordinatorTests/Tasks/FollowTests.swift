import CoordinatorAPI
import Foundation
import GRPCCore
import MusterCore
import Testing

@testable import Coordinator

/// A stream that submits and follows, in the hands of a test.
final class HandFollower: Sendable {
  private let outgoing: AsyncStream<Muster_V1_FollowTasksRequest>.Continuation
  private let incoming: AsyncStream<Muster_V1_FollowTasksResponse>
  private let call: Task<Void, any Error>

  init(_ fixture: Fixture) {
    let (requests, outgoing) = AsyncStream<Muster_V1_FollowTasksRequest>.makeStream()
    let (incoming, received) = AsyncStream<Muster_V1_FollowTasksResponse>.makeStream()
    self.outgoing = outgoing
    self.incoming = incoming
    let api = fixture.api
    call = Task {
      defer { received.finish() }
      try await api.followTasks(
        request: StreamingClientRequest { writer in
          for await request in requests { try await writer.write(request) }
        }, onResponse: { response in for try await part in response.messages { received.yield(part) } })
    }
  }

  func send(_ fill: (inout Muster_V1_FollowTasksRequest) -> Void) { outgoing.yield(.with { fill(&$0) }) }
  func finish() { outgoing.finish() }
  func drop() async {
    call.cancel()
    _ = await call.result
  }

  /// Takes messages until `isEnough` of everything told so far.
  func told(
    until isEnough: (Muster_V1_FollowTasksResponse) -> Bool = { _ in false }
  ) async -> Muster_V1_FollowTasksResponse {
    var told = Muster_V1_FollowTasksResponse()
    while !isEnough(told), let part = await incoming.first(where: { _ in true }) {
      told.answers += part.answers
      told.ends += part.ends
      told.unknown += part.unknown
    }
    return told
  }
}

@Suite("Following tasks", .timeLimit(.minutes(2)))
struct FollowTests {
  @Test("Submit and follow: an answer for each, then each end once, with small results inside")
  func submitAndFollow() async throws {
    try await withCoordinator { fixture in
      let follower = HandFollower(fixture)
      follower.send {
        $0.withResults = true
        $0.submit = [task("work", id: "a"), task("no kind", id: "b"), task("work"), task("work", id: "big")]
      }
      let answers = await follower.told { $0.answers.count == 4 }.answers
      #expect(answers.map(\.problem.code) == ["", "bad_kind", "", ""])
      #expect(answers[2].id.count == 26)
      let worker = try await fixture.worker("w", slots: 3)
      for assignment in try await worker.assignments(3) {
        let result = String(repeating: "r", count: assignment.taskID == "big" ? 70_000 : 65_536)
        if assignment.taskID == "big" {
          worker.send { $0.chunks = [assignment.chunk(Data(result.utf8), last: true)] }
          try await worker.end(assignment) { $0.resultSize = 70_000 }
        } else {
          try await worker.end(assignment, result: result)
        }
      }
      follower.finish()
      let ends = await follower.told().ends
      #expect(Set(ends.map(\.id)) == ["a", answers[2].id, "big"] && ends.count == 3)
      #expect(ends.allSatisfy { $0.state == .done && $0.worker == "w" && $0.attempts == 1 })
      #expect(ends.allSatisfy { $0.result.count == ($0.id == "big" ? 0 : 65_536) })
      #expect(ends.first { $0.id == "big" }?.resultSize == 70_000)
      #expect(try await fixture.result("big").count == 70_000)
    }
  }

  @Test("Ends of tasks that ended before come at once; ids that no task has are named")
  func finishedAndUnknown() async throws {
    try await withCoordinator { fixture in
      try await fixture.submit("work", id: "done", input: "x")
      let worker = try await fixture.worker("w")
      try await worker.end(worker.assignment(), result: "r")
      try await fixture.submit("work", id: "gone")
      _ = try await fixture.api.cancelTasks(.with { $0.ids = ["gone"] })
      let follower = HandFollower(fixture)
      follower.send {
        $0.follow = ["done", "gone", "nobody", "no id", "done"]
        $0.withResults = true
      }
      follower.send { $0.submit = [task("work", id: "done", input: "x")] }
      follower.finish()
      let told = await follower.told()
      #expect(Set(told.unknown) == ["nobody", "no id"])
      #expect(
        told.ends.map(\.id).sorted() == ["done", "done", "gone"] || told.ends.map(\.id).sorted() == ["done", "gone"])
      #expect(told.ends.first { $0.id == "done" }?.result == Data("r".utf8))
      #expect(told.ends.first { $0.id == "gone" }?.state == .cancelled)
      #expect(told.ends.first { $0.id == "gone" }?.error == "cancelled by request")
      #expect(told.answers.first?.existing == true)
    }
  }

  @Test("Results are left out unless asked for")
  func withoutResults() async throws {
    try await withCoordinator { fixture in
      let follower = HandFollower(fixture)
      follower.send { $0.submit = [task("work", id: "a")] }
      let worker = try await fixture.worker("w")
      try await worker.end(worker.assignment(), result: "result")
      follower.finish()
      let end = try #require(await follower.told().ends.first)
      #expect(end.result.isEmpty && end.resultSize == 6)
    }
  }

  @Test("A dependent of a task that fails is told with its reason")
  func failedDependency() async throws {
    try await withCoordinator { fixture in
      let follower = HandFollower(fixture)
      var second = task("work", id: "second")
      second.dependsOn = ["first"]
      var first = task("work", id: "first")
      first.maxAttempts = 1
      follower.send { $0.submit = [first, second] }
      let worker = try await fixture.worker("w")
      try await worker.end(worker.assignment(), .failed, error: "it broke")
      follower.finish()
      let ends = await follower.told().ends
      #expect(ends.map(\.id) == ["first", "second"])
      #expect(ends.map(\.error) == ["it broke", "it depends on task 'first', which failed"])
      #expect(ends.allSatisfy { $0.state == .failed })
    }
  }

  @Test("A refused repetition does not cost the follower the end of the first")
  func refusedRepetition() async throws {
    try await withCoordinator { fixture in
      let follower = HandFollower(fixture)
      follower.send { $0.submit = [task("work", id: "a"), task("work", id: "a", input: "another")] }
      let answers = await follower.told { $0.answers.count == 2 }.answers
      #expect(answers.map(\.problem.code) == ["", "id_taken"])
      let worker = try await fixture.worker("w")
      try await worker.end(worker.assignment())
      follower.finish()
      #expect(await follower.told().ends.map(\.id) == ["a"])
    }
  }

  @Test("What was refused or never was is not watched")
  func nothingLeft() async throws {
    try await withCoordinator { fixture in
      try await fixture.submit("work", id: "open")
      let follower = HandFollower(fixture)
      follower.send {
        $0.follow = ["open", "nobody"]
        $0.submit = [task("work", id: "bad!"), task("work", id: "x", input: "1"), task("work", id: "x", input: "2")]
      }
      _ = await follower.told { $0.answers.count == 3 && $0.unknown.count == 1 }
      #expect(fixture.context.followers.watchedCount == 2)
      _ = try await fixture.api.cancelTasks(.with { $0.ids = ["open", "x"] })
      follower.finish()
      #expect(await follower.told().ends.map(\.state) == [.cancelled, .cancelled])
      #expect(fixture.context.followers.watchedCount == 0)
    }
  }
}
