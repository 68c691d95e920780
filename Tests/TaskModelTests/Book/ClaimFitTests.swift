import MusterCore
import Testing

@testable import TaskModel

struct ClaimFitTests {
  private let f = BookFixture()

  @Test func onlyKindsThatTheWorkerServes() {
    f.add(kind: "a")
    f.enroll("w", kinds: ["b"], slots: 4)
    #expect(f.claim("w", limit: 4).isEmpty)
    f.add(kind: "b")
    #expect(f.claim("w", limit: 4) == [2], "a kind that came after the worker is known as its own")
  }

  @Test func slotsMemoryAndGPUsAddUp() {
    f.add(needs: Needs(slots: 2, memory: 600, gpus: 1))
    f.add(needs: Needs(slots: 1, memory: 300, gpus: 1))
    f.add(needs: Needs(slots: 1, memory: 200))
    f.add(needs: Needs(slots: 1, memory: 100, gpus: 1))
    f.add(needs: Needs(slots: 1))
    f.enroll("w", slots: 5, memory: 1000, gpus: 2)
    #expect(f.claim("w", limit: 9) == [1, 2, 5], "3 finds 100 bytes, 4 no GPU")
    #expect(f.book.workers["w"]?.used == Needs(slots: 4, memory: 900, gpus: 2))
    #expect(f.book.workers["w"]?.freeSlots == 1)
    f.finish(2)
    #expect(f.claim("w", limit: 9) == [3, 4])
    #expect(f.book.workers["w"]?.used == Needs(slots: 5, memory: 900, gpus: 2))
  }

  @Test func aSmallerTaskPassesOneThatDoesNotFitNow() {
    f.enroll("w", slots: 4)
    f.add(needs: Needs(slots: 3))
    f.add(needs: Needs(slots: 3))
    f.add(needs: Needs(slots: 1))
    #expect(f.claim("w", limit: 9) == [1, 3])
  }

  @Test func aTaskThatNeverFitsIsLeftForAnother() {
    f.enroll("small", slots: 2)
    f.add(needs: Needs(slots: 3))
    f.add()
    #expect(f.claim("small", limit: 9) == [2])
    f.enroll("large", slots: 3)
    #expect(f.claim("large", limit: 9) == [1])
  }

  @Test func noMemoryAskedForFitsEverywhere() {
    f.enroll("w", slots: 2, memory: 0)
    f.add()
    f.add(needs: Needs(memory: 1))
    #expect(f.claim("w", limit: 9) == [1])
  }

  @Test func sizesThatWouldOverflowAreRefusedNotAdded() {
    f.enroll("w", slots: .max, memory: .max, gpus: .max, prefetch: 512)
    f.runTime(1)
    f.add(needs: Needs(slots: .max, memory: .max, gpus: .max))
    f.add(needs: Needs(slots: 1, memory: .max, gpus: .max))
    f.add(needs: Needs(slots: .max, memory: 1))
    #expect(f.claim("w", limit: 9) == [1])
    #expect(f.book.workers["w"]?.used == Needs(slots: .max, memory: .max, gpus: .max))
    f.finish(1)
    #expect(f.book.workers["w"]?.used == Needs(slots: 0))
  }

  @Test func anOversizeTaskIsNotForTheOriginalProtocol() {
    f.enroll("original", slots: 4, refusesOversize: true)
    f.add(oversize: true)
    f.add()
    #expect(f.claim("original", limit: 9) == [2])
    f.enroll("own")
    #expect(f.claim("own", limit: 9) == [1])
  }

  @Test func nothingForAWorkerThatDrains() {
    f.enroll("w", slots: 4)
    f.add()
    f.book.setAccepting(false, worker: "w")
    #expect(f.claim("w", limit: 9).isEmpty)
    f.book.setAccepting(true, worker: "w")
    #expect(f.claim("w", limit: 9) == [1])
  }

  @Test func aRetriedTaskIsNotTakenForOneOfOtherNeeds() {
    // Its entry stays in a lane whose index of needs is given to others meanwhile.
    f.enroll("w", slots: 2, memory: 1)
    f.add(needs: Needs(slots: 2))
    f.add(needs: Needs(slots: 1))
    f.apply(.cancelled, to: 1)
    f.add(needs: Needs(slots: 1, memory: 1))
    #expect(
      f.load(
        TaskBook.NewEntry(
          task: 1, kind: "k", needs: Needs(slots: 2), life: TaskLife(waiting: false, maxAttempts: 1))))
    f.enroll("v", slots: 1, memory: 1)
    #expect(f.claim("v", limit: 9) == [2])
    #expect(f.claim("w", limit: 9) == [1])
    #expect(f.book.workers["w"]?.used.slots == 2)
  }
}
