import CoordinatorAPI
import Foundation
import GRPCCore
import MusterCore
import TaskModel
import Testing

@testable import Coordinator
@testable import TaskStore

@Suite("Following tasks that end at another coordinator", .timeLimit(.minutes(2)))
struct SharedFollowTests {
  @Test("Submitted and followed at one coordinator, done at the other: the end is heard, once")
  func ends() async throws {
    try await withTwoCoordinators { a, b, _ in
      let worker = try await b.worker("w", slots: 4)
      let heard = Guarded<[String]>([])
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          try await a.api.followTasks(
            request: StreamingClientRequest { writer in
              try await writer.write(.with { $0.submit = [task("work", id: "x"), task("work", id: "y")] })
            },
            onResponse: { response in
              for try await message in response.messages { heard.change { $0 += message.ends.map(\.id) } }
            })
        }
        for assignment in try await worker.assignments(2) { try await worker.end(assignment, result: "r") }
        for _ in 0..<20 where heard.value.count < 2 { try await a.pass(.milliseconds(100), heartbeatsOf: [worker]) }
        try await group.waitForAll()
      }
      #expect(heard.value.sorted() == ["x", "y"])
      #expect(a.context.followers.watchedCount == 0)
    }
  }

  @Test("Every task that is followed gets its turn, however many there are; those that ended are left out")
  func sample() {
    let followers = Followers()
    #expect(followers.sample(10).isEmpty)
    let follower = Follower()
    let ids = (0..<25).map { TaskID(trusted: "t\($0)") }
    followers.watch(ids, follower)
    var round: [TaskID] = []
    for size in [10, 10, 5] {
      let some = followers.sample(10)
      #expect(some.count == size)
      round += some
    }
    #expect(Set(round) == Set(ids) && round.count == 25)
    // While a round goes on, some are given up and one more comes.
    _ = followers.sample(10)
    followers.giveUp(Set(ids.prefix(20)), follower)
    followers.watch([TaskID(trusted: "new")], follower)
    var rest: Set<TaskID> = []
    for _ in 0..<4 { rest.formUnion(followers.sample(10)) }
    #expect(rest == Set(ids.suffix(5)).union([TaskID(trusted: "new")]))
    followers.forget(follower)
    #expect(followers.sample(10).isEmpty)
  }

  @Test("What is given up is not told, whether it has ended or not; the rest is")
  func givenUp() {
    let follower = Follower()
    let ids = (0..<4).map { TaskID(trusted: "t\($0)") }
    let ends = ids.map { id in
      EndedTask(
        id: id, kind: "k", state: .done, result: nil, resultSize: 0, error: "", attempts: 1, worker: "w", late: false,
        runNanoseconds: 0)
    }
    for id in ids { _ = follower.note(id, unconfirmed: true) }
    for end in ends.prefix(2) { follower.hear(end) }
    follower.giveUp([ids[0], ids[2]])
    #expect(follower.take().isEmpty && follower.load == 2)
    follower.confirm([ids[1], ids[3]])
    for end in ends.suffix(2) { follower.hear(end) }
    #expect(follower.take().map(\.id) == [ids[1], ids[3]])
    #expect(follower.isFinished)
  }
}
