import MusterCore
import Testing

@testable import TaskModel

struct ExclusionTests {
  private let f = BookFixture()

  /// A task that worker "a" failed, queued again.
  private func failedOnA(needs: Needs = Needs(), oversize: Bool = false) {
    f.enroll("a", slots: 2)
    f.add(needs: needs, oversize: oversize)
    #expect(f.claim("a") == [1])
    f.fail(1, on: "a")
    f.wait(1)
    #expect(f.tick().map(\.task) == [1])
  }

  @Test func goesToAnotherWorkerThatCanTakeIt() {
    failedOnA()
    f.enroll("b")
    #expect(f.claim("a").isEmpty)
    #expect(f.claim("b") == [1])
  }

  @Test func waitsForTheOtherEvenIfThatIsBusy() {
    failedOnA()
    f.enroll("b")
    f.add(priority: 1)
    #expect(f.claim("b") == [2])
    #expect(f.claim("a").isEmpty)
  }

  @Test func goesBackToTheSameWorkerWhenNobodyElseCan() {
    failedOnA(needs: Needs(slots: 2))
    #expect(f.claim("a") == [1], "nobody else is there")
    f.giveBack(1)
    f.enroll("small", slots: 1)
    f.enroll("other", kinds: ["x"], slots: 2)
    f.enroll("drains", slots: 2)
    f.book.setAccepting(false, worker: "drains")
    f.enroll("aside", slots: 2, setAside: ["k": .nothing])
    #expect(f.claim("a") == [1], "too small, another kind, draining, set aside: none of them can")
    f.giveBack(1)
    f.book.setAside(worker: "aside", kind: "k", rule: .trial)
    #expect(f.claim("a").isEmpty, "one on trial can")
  }

  @Test func aWorkerThatRefusesOversizeCannotTakeItOver() {
    failedOnA(oversize: true)
    f.enroll("original", refusesOversize: true)
    #expect(f.claim("a") == [1])
  }

  @Test func everyWorkerThatFailedItIsRemembered() {
    failedOnA()
    f.enroll("b")
    #expect(f.claim("b") == [1])
    f.fail(1, on: "b")
    f.wait(2)
    _ = f.tick()
    f.enroll("c")
    #expect(f.claim("a").isEmpty && f.claim("b").isEmpty)
    f.book.setAccepting(false, worker: "c")
    #expect(f.claim("b") == [1], "all that are left have failed it")
  }

  @Test func blameAfterTheEndOfAnAttemptCountsForAQueuedTask() {
    f.enroll("a", kinds: ["k", "x"])
    f.enroll("b")
    f.add()
    f.add(kind: "x")
    f.book.blame("a", for: 1)
    #expect(f.claim("a") == [2])
    f.giveBack(2)
    #expect(f.claim("b") == [1])
    f.book.blame("b", for: 1)
    f.giveBack(1)
    #expect(f.claim("a") == [2], "its kind is first in line now")
    f.giveBack(2)
    #expect(f.claim("a") == [1], "both failed it, so either may have it")
    f.book.blame("a", for: 99)
  }

  @Test func whatTheStoreRemembersCounts() {
    f.enroll("a")
    f.enroll("b")
    f.add(failedOn: ["a"])
    #expect(f.claim("a").isEmpty)
    #expect(f.claim("b") == [1])
  }

  @Test func aReturnedOrLostAttemptExcludesNobody() {
    f.enroll("a")
    f.enroll("b")
    f.add()
    #expect(f.claim("a") == [1])
    f.giveBack(1)
    #expect(f.claim("a") == [1])
    f.apply(.attemptLost(f.token(1)), to: 1)
    #expect(f.claim("a") == [1])
  }
}
