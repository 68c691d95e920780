import MusterCore
import Testing

@testable import TaskModel

struct TimerTests {
  private let f = BookFixture()

  @Test func backoffGrowsAndEnds() {
    f.book.define(
      kind: "k", order: .oldest, backoff: Backoff(initial: .seconds(2), factor: 3, limit: .seconds(10)),
      hasVerifier: false)
    f.enroll("w")
    f.add(maxAttempts: 9)
    for seconds in [2, 6, 10, 10] as [Double] {
      #expect(f.claim("w") == [1])
      #expect(f.fail(1).map(\.delay) == [.seconds(seconds)])
      #expect(f.book.nextBackoff == f.now + .seconds(seconds))
      f.wait(seconds - 0.001)
      #expect(f.tick().isEmpty && f.claim("w").isEmpty)
      f.wait(0.001)
      #expect(f.tick().map(\.life.state) == [.queued])
      #expect(f.book.nextBackoff == nil)
    }
  }

  @Test func aTaskCancelledInItsBackoffStaysCancelled() {
    f.enroll("w")
    f.add()
    _ = f.claim("w")
    f.fail(1)
    #expect(f.apply(.cancelled, to: 1).map(\.life.state) == [.cancelled])
    f.wait(5)
    #expect(f.tick().isEmpty)
  }

  @Test func aBackoffFromTheStoreGoesOn() {
    let life = TaskLife(state: .waiting, token: nil, started: false, failures: 1, handouts: 1, maxAttempts: 3)
    #expect(f.load(TaskBook.NewEntry(task: 1, kind: "k", life: life, notBefore: at(7))) && f.book.nextBackoff == at(7))
    f.now = at(7)
    #expect(f.tick().map(\.task) == [1])
  }

  @Test func aBackoffAndDependenciesAreBothWaitedFor() {
    let life = TaskLife(state: .waiting, token: nil, started: false, failures: 1, handouts: 1, maxAttempts: 3)
    f.enroll("w")
    f.add()
    for task in 10...11 as ClosedRange<Int64> {
      #expect(
        f.load(
          TaskBook.NewEntry(
            task: task, kind: "k", life: life, unmetDependencies: [1], notBefore: task == 10 ? at(5) : at(20))))
    }
    f.wait(6)
    #expect(f.tick().isEmpty, "its backoff is over, but task 1 is not done")
    _ = f.claim("w")
    #expect(f.finish(1).map(\.task) == [1, 10], "task 1 is done, but the other's backoff is not over")
    f.wait(14)
    #expect(f.tick().map(\.task) == [11])
  }

  @Test func theTimerOfAnEarlierBackoffDoesNotEndALaterOne() {
    f.define("k", backoff: Backoff(initial: .seconds(10)))
    f.enroll("w")
    f.add()
    _ = f.claim("w")
    f.fail(1)
    f.apply(.cancelled, to: 1)
    #expect(f.load(TaskBook.NewEntry(task: 1, kind: "k", life: TaskLife(waiting: false, maxAttempts: 3))))
    f.wait(5)
    _ = f.claim("w")
    f.fail(1)
    f.wait(5)
    #expect(f.tick().isEmpty)
    f.wait(5)
    #expect(f.tick().map(\.task) == [1])
  }

  @Test func aDeadlineFailsWhatHasNotStartedAndCancelsWhatRuns() {
    let deadline = f.wall + .seconds(10)
    f.enroll("w", slots: 2)
    f.add(deadline: deadline)
    f.add(deadline: deadline)
    f.add(deadline: deadline)
    f.add(after: [1])
    _ = f.claim("w", limit: 2)
    f.apply(.started(f.token(1)), to: 1)
    #expect(f.book.nextDeadline == deadline)
    f.wait(9.999)
    #expect(f.tick().isEmpty)
    f.wait(0.001)
    let changes = f.tick()
    #expect(changes.map(\.task) == [1, 4, 2, 3])
    #expect(changes.map(\.life.state) == [.cancelled, .failed, .failed, .failed])
    #expect(changes.map(\.worker) == ["w", nil, "w", nil], "both that hold one must be told")
    #expect(changes.allSatisfy { ($0.worker == nil) == ($0.endedToken == nil) })
    #expect(f.book.workers["w"]?.used.slots == 0 && f.book.liveCount == 0 && f.book.nextDeadline == nil)
  }

  @Test func aRetriedTaskIsNotHeldToItsOldDeadline() {
    f.add(deadline: f.wall + .seconds(10))
    f.apply(.cancelled, to: 1)
    #expect(f.load(TaskBook.NewEntry(task: 1, kind: "k", life: TaskLife(waiting: false, maxAttempts: 1))))
    f.wait(11)
    #expect(f.tick().isEmpty)
    #expect(f.state(1) == .queued)
  }

  @Test func timersOfEndedTasksDoNotPileUp() {
    let farAway = Timestamp(milliseconds: .max / 2)
    for _ in 0..<10_000 { f.apply(.cancelled, to: f.add(deadline: farAway)) }
    #expect(f.book.deadlines.count < 100)
  }

  @Test func queueEntriesOfEndedTasksDoNotPileUp() {
    f.add()
    for _ in 0..<10_000 { f.apply(.cancelled, to: f.add()) }
    #expect(f.book.queue.levels.first?.kinds.first?.stored ?? 0 < 100)
    f.enroll("w", slots: 2)
    #expect(f.claim("w", limit: 9) == [1])
  }
}
