import MusterCore
import Testing

@testable import TaskModel

struct PrefetchTests {
  private let f = BookFixture()

  @Test func nothingAheadForAKindThatIsNotKnownToBeShort() {
    f.enroll("w", slots: 1, prefetch: 10)
    for _ in 1...5 { f.add() }
    #expect(f.claim("w", limit: 9) == [1])
    f.runTime(101)
    #expect(f.claim("w", limit: 9).isEmpty)
  }

  @Test func someAheadForAShortKind() {
    f.enroll("w", slots: 1, prefetch: 10)
    for _ in 1...20 { f.add() }
    f.runTime(5)
    let claimed = f.claims("w", limit: 20)
    #expect(claimed.map(\.task) == [1, 2, 3, 4, 5], "one to run, and four of 5 ms for 20 ms")
    #expect(claimed.map(\.prefetched) == [false, true, true, true, true])
    #expect(f.claim("w", limit: 20).isEmpty)
    f.finish(1)
    #expect(f.claim("w", limit: 20) == [6])
  }

  @Test func noMoreThanTheWorkerWants() {
    f.enroll("w", slots: 1, prefetch: 2)
    for _ in 1...20 { f.add() }
    f.runTime(1)
    #expect(f.claim("w", limit: 20).count == 3)
  }

  @Test func theLimitOfAClaimCountsThemToo() {
    f.enroll("w", slots: 1, prefetch: 10)
    for _ in 1...20 { f.add() }
    f.runTime(1)
    #expect(f.claim("w", limit: 2).count == 2)
  }

  @Test func whatNeverFitsIsNotPrefetched() {
    f.enroll("w", slots: 1, prefetch: 10)
    f.runTime(1)
    f.add(needs: Needs(slots: 2))
    #expect(f.claim("w", limit: 9).isEmpty)
  }

  @Test func unstartedAttemptsAreListedOldestFirstAndCanComeBack() {
    f.enroll("w", slots: 1, prefetch: 10)
    for _ in 1...4 { f.add() }
    f.runTime(1)
    #expect(f.claim("w", limit: 2) == [1, 2])
    f.wait(1)
    #expect(f.claim("w", limit: 2) == [3, 4])
    f.apply(.started(f.token(1)), to: 1)
    let unstarted = f.book.unstarted(of: "w")
    #expect(unstarted.map(\.task) == [2, 3, 4])
    #expect(unstarted.map(\.since) == [at(0), at(1), at(1)])
    #expect(unstarted.map(\.token) == [f.token(2), f.token(3), f.token(4)])
    f.giveBack(2)
    f.enroll("idle")
    #expect(f.claim("idle") == [2])
    #expect(f.book.unstarted(of: "nobody").isEmpty)
  }

  @Test func gpusAndMemoryHeldAheadAreCounted() {
    f.enroll("w", slots: 1, memory: 100, gpus: 40_000, prefetch: 512)
    f.runTime(1)
    for _ in 1...4 { f.add(needs: Needs(memory: 100, gpus: 40_000)) }
    #expect(f.claim("w", limit: 9) == [1], "the sum of the GPUs would not fit its number")
    f.finish(1)
    #expect(f.book.workers["w"]?.used == Needs(slots: 0))
  }

  // MARK: Calling back

  /// Worker "busy" holds 5 short tasks in one slot since the start of the clock; the first has started.
  private func holdFive(needs: Needs = Needs()) {
    f.enroll("busy", slots: 1, memory: 100, prefetch: 10)
    for _ in 1...5 { f.add(needs: needs) }
    f.runTime(5)
    #expect(f.claim("busy", limit: 9) == [1, 2, 3, 4, 5])
    f.apply(.started(f.token(1)), to: 1)
  }

  private func recallable(after seconds: Int64 = 1) -> [Int64] {
    f.book.recallable(after: .seconds(seconds), at: f.now).map(\.token.task)
  }

  @Test func asManyAsIdleWorkersHaveRoomForTheLastFirst() {
    holdFive()
    f.wait(2)
    #expect(recallable().isEmpty, "nobody is idle")
    f.enroll("idle", slots: 2)
    #expect(recallable() == [5, 4])
    #expect(f.book.recallable(after: .seconds(1), at: f.now).map(\.worker) == ["busy", "busy"])
    f.enroll("idle", slots: 9)
    #expect(recallable() == [5, 4, 3, 2], "the one that runs stays")
    #expect(recallable(after: 2).isEmpty, "they have not waited for long")
  }

  @Test func notThatForWhichItsWorkerHasRoom() {
    f.enroll("busy", slots: 4, prefetch: 10)
    f.enroll("idle", slots: 9)
    for _ in 1...4 { f.add() }
    f.runTime(5)
    #expect(f.claim("busy", limit: 4).count == 4)
    f.wait(9)
    #expect(recallable().isEmpty, "its programs are merely slow to start")
    f.add()
    #expect(f.claim("busy") == [5])
    f.wait(9)
    #expect(recallable() == [5])
  }

  @Test func onlyForSomeoneWhoMayHaveIt() {
    holdFive(needs: Needs(memory: 50))
    f.wait(2)
    f.enroll("other", kinds: ["x"], slots: 9, memory: 100)
    f.enroll("aside", slots: 9, memory: 100, setAside: ["k": .nothing])
    f.enroll("small", slots: 9, memory: 49)
    f.enroll("drains", slots: 9, memory: 100)
    f.book.setAccepting(false, worker: "drains")
    #expect(recallable().isEmpty, "it would only come back")
    f.enroll("fits", slots: 1, memory: 50)
    #expect(!recallable().isEmpty)
  }
}
