import CoordinatorAPI
import Foundation
import GRPCCore
import MusterCore
import TaskModel
import Testing

@testable import Coordinator

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
}
