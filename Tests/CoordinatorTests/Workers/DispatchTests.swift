import CoordinatorAPI
import Foundation
import MusterCore
import TaskModel
import Testing

@testable import Coordinator

@Suite("Bringing tasks and workers together", .timeLimit(.minutes(3)))
struct DispatchTests {
  @Test("A task that is submitted while 50 workers wait goes out at once and exactly once")
  func hungryWorkers() async throws {
    try await withCoordinator { fixture in
      var workers: [HandWorker] = []
      for number in 0..<50 { workers.append(try await fixture.worker("w\(number)")) }
      let (assigned, told) = AsyncStream<(worker: Int, task: String)>.makeStream()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for (number, worker) in workers.enumerated() {
          group.addTask {
            while let batch = await worker.next() {
              for assignment in batch.assignments {
                told.yield((number, assignment.taskID))
                worker.send { $0.ends = [assignment.end(.done, result: "r")] }
              }
            }
          }
        }
        // The clock stands still: nothing but the submission itself can have brought the task to a worker.
        var takers: Set<Int> = []
        var tasks: [String] = []
        var next = assigned.makeAsyncIterator()
        for number in 0..<40 {
          try await fixture.submit("work", id: "t\(number)")
          let first = try #require(await next.next())
          takers.insert(first.worker)
          tasks.append(first.task)
          try await fixture.waitFor(.done, "t\(number)")
        }
        // Then as many as there are workers, at once: everyone gets one.
        try await fixture.submit((40..<90).map { task("work", id: "t\($0)") })
        for _ in 40..<90 { tasks.append(try #require(await next.next()).task) }
        #expect(Set(tasks) == Set((0..<90).map { "t\($0)" }) && tasks.count == 90)
        #expect(takers.count > 30, "the longest-waiting is to be woken first, so tasks go round")
        for worker in workers { await worker.drop() }
        told.finish()
      }
      #expect(fixture.store.statistics().claimed == 90)
    }
  }

  @Test("A worker that serves several kinds misses none of them")
  func severalKinds() async throws {
    try await withCoordinator { fixture in
      let kinds = ["a", "b", "c"]
      let worker = try await fixture.worker("w", kinds: kinds)
      for number in 0..<30 {
        try await fixture.submit(kinds[number % 3], id: "t\(number)")
        let assignment = try await worker.assignment()
        #expect(assignment.taskID == "t\(number)")
        try await worker.end(assignment)
      }
    }
  }

  @Test("Short tasks are handed over ahead of time, and called back when another worker idles")
  func prefetch() async throws {
    try await withCoordinator { fixture in
      let busy = try await fixture.worker("busy")
      // Three ends teach the coordinator that these tasks take 1 ms.
      for number in 0..<3 {
        try await fixture.submit("work", id: "t\(number)")
        try await busy.end(busy.assignment()) { $0.runNanoseconds = 1_000_000 }
      }
      try await fixture.submit((0..<6).map { task("work", id: "more\($0)") })
      var held = try await busy.assignments(6)
      let runs = held.removeFirst()
      busy.start(runs)
      let idle = try await fixture.worker("idle", slots: 2)
      try await fixture.pass(.seconds(1), heartbeatsOf: [busy, idle])
      let stops = try await busy.stops()
      #expect(stops.allSatisfy { $0.unstartedOnly })
      #expect(Set(stops.map(\.number)).isSubset(of: held.map(\.number)))
      let returned = held.filter { one in stops.contains { $0.number == one.number } }
      busy.send { $0.ends = returned.map { $0.end(.returned) } }
      let taken = try await idle.assignments(1)
      #expect(returned.map(\.taskID).contains(taken[0].taskID))
      let attempts = try await fixture.detail(taken[0].taskID).attempts
      #expect(attempts.map(\.outcome) == ["running"], "what was called back is no failed attempt")
    }
  }

  @Test("A task that no worker can hold says what it needs and what there is")
  func tooBig() async throws {
    try await withCoordinator { fixture in
      _ = try await fixture.worker("w", slots: 2)
      var spec = task("work", id: "a")
      spec.slots = 3
      try await fixture.submit([spec])
      #expect(
        try await fixture.why("a")
          == "too_big: it needs 3 slots and the most that one worker has is 2 slots, \(ByteSizeText.text(8 << 30)) of memory; start a bigger worker"
      )
      var gpus = task("work", id: "b")
      gpus.gpus = 1
      try await fixture.submit([gpus])
      #expect(try await fixture.why("b").hasPrefix("too_big: it needs 1 slot, 1 GPU and the most"))
    }
  }

  @Test("A task that waits for others names them")
  func dependencies() async throws {
    try await withCoordinator { fixture in
      var last = task("work", id: "last")
      last.dependsOn = (0..<7).map { "t\($0)" }
      try await fixture.submit((0..<7).map { task("work", id: "t\($0)") } + [last])
      #expect(
        try await fixture.why("last")
          == "dependencies: it waits for tasks 't0', 't1', 't2', 't3', 't4' and 2 more to be done")
      #expect(try await fixture.why("t0").hasPrefix("no_worker: no connected worker serves the kind 'work'; start one"))
      #expect(try await fixture.detail("last").dependsOn.count == 7)
    }
  }

  @Test("A task goes to another worker than the one that failed it, while there is one")
  func notTheSameAgain() async throws {
    try await withCoordinator { fixture in
      let first = try await fixture.worker("first")
      try await fixture.submit("work", id: "a")
      try await first.end(first.assignment(), .failed, error: "no")
      let second = try await fixture.worker("second")
      try await fixture.pass(.seconds(1), heartbeatsOf: [first, second])
      #expect(try await second.assignment().taskID == "a")
    }
  }
}
