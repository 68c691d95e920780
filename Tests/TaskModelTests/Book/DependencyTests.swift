import MusterCore
import Testing

@testable import TaskModel

struct DependencyTests {
  private let f = BookFixture()

  @Test func waitsForAll() {
    f.enroll("w", slots: 9)
    f.add()
    f.add()
    f.add(after: [1, 2])
    #expect(f.claim("w", limit: 9) == [1, 2])
    #expect(f.finish(1).map(\.task) == [1])
    #expect(f.state(3) == .waiting)
    let changes = f.finish(2)
    #expect(changes.map(\.task) == [2, 3])
    #expect(changes.map(\.life.state) == [.done, .queued])
    #expect(f.claim("w", limit: 9) == [3])
  }

  @Test func namedTwiceCountsOnce() {
    f.enroll("w", slots: 9)
    f.add()
    f.add(after: [1, 1, 1])
    _ = f.claim("w")
    #expect(f.finish(1).map(\.task) == [1, 2])
  }

  @Test func failureGoesDownTheLineCausesFirst() {
    f.enroll("w", slots: 9)
    f.add(maxAttempts: 1)
    f.add(after: [1])
    f.add(after: [1, 2])
    f.add(after: [3])
    f.add()
    #expect(f.claim("w") == [1])
    let changes = f.fail(1)
    #expect(changes.map(\.task) == [1, 2, 3, 4])
    #expect(changes.map(\.life.state) == [.failed, .failed, .failed, .failed])
    #expect(changes.map(\.cause) == [nil, 1, 1, 3])
    #expect(changes.map(\.from) == [.running, .waiting, .waiting, .waiting])
    #expect(f.book.liveCount == 1)
  }

  @Test(arguments: [TaskEvent.cancelled, .deadlinePassed])
  func cancellationAndDeadlinesFailDependentsToo(event: TaskEvent) {
    f.add()
    f.add(after: [1])
    #expect(f.apply(event, to: 1).map(\.life.state) == [event == .cancelled ? .cancelled : .failed, .failed])
  }

  @Test func aChainLongerThanTheStackIsDeepFails() {
    f.add()
    for task in 2...200_000 as ClosedRange<Int64> { f.add(after: [task - 1]) }
    let changes = f.apply(.cancelled, to: 1)
    #expect(changes.count == 200_000)
    #expect(f.book.liveCount == 0)
  }

  @Test func oneThatEndedBeforeIsNotTouchedAgain() {
    f.add()
    f.add(after: [1])
    #expect(f.apply(.cancelled, to: 2).map(\.task) == [2])
    #expect(f.apply(.cancelled, to: 1).map(\.task) == [1])
  }

  @Test func oneThatWasCancelledAndRetriedWaitsForAllAgain() {
    f.enroll("w", slots: 9)
    f.add()
    f.add()
    f.add(after: [1, 2])
    f.apply(.cancelled, to: 3)
    #expect(
      f.load(
        TaskBook.NewEntry(
          task: 3, kind: "k", life: TaskLife(waiting: true, maxAttempts: 3), unmetDependencies: [1, 2])))
    _ = f.claim("w", limit: 2)
    f.finish(1)
    #expect(f.state(3) == .waiting, "task 2 is not done")
    f.finish(2)
    #expect(f.state(3) == .queued)
  }

  @Test func knowsWhoWaits() {
    f.add()
    f.add(after: [1])
    f.add(after: [1])
    #expect(f.book.dependents(of: 1) == [2, 3])
    f.apply(.cancelled, to: 2)
    #expect(f.book.dependents(of: 1) == [3])
    #expect(f.book.dependents(of: 99).isEmpty)
  }

  @Test func oneLoadedWithoutAnythingToWaitForIsNotForgotten() {
    #expect(f.load(TaskBook.NewEntry(task: 1, kind: "k", life: TaskLife(waiting: true, maxAttempts: 3))))
    #expect(f.book.nextBackoff == f.now)
    #expect(f.tick().map(\.life.state) == [.queued])
  }
}
