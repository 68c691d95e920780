import MusterCore
import Testing

@testable import TaskModel

struct ReservationTests {
  private let f = BookFixture()

  /// Worker "w" of 2 slots: one is taken by task 1, task 2 needs both, and task 3 passes it at the start of the clock.
  private func passOver() {
    f.enroll("w", slots: 2)
    f.add()
    #expect(f.claim("w") == [1])
    f.add(needs: Needs(slots: 2))
    f.add()
    #expect(f.claim("w") == [3])
    f.finish(3)
  }

  @Test func afterSixtySecondsTheWorkerIsKeptFree() {
    passOver()
    f.add()
    f.wait(59.999)
    #expect(f.claim("w") == [4])
    f.finish(4)
    f.add()
    f.wait(0.001)
    #expect(f.claim("w").isEmpty, "the free slot is kept")
    #expect(f.why(2) == [.reserves(worker: "w")])
    f.finish(1)
    #expect(f.claim("w", limit: 9) == [2])
    f.finish(2)
    #expect(f.claim("w", limit: 9) == [5])
  }

  @Test func onlyOneWorkerIsKept() {
    passOver()
    f.enroll("v", slots: 2)
    f.add()
    f.add()
    f.add()
    f.wait(60)
    #expect(f.claim("w").isEmpty)
    f.add(priority: 9)
    #expect(f.claim("v") == [7])
    #expect(f.claim("v") == [4])
  }

  @Test func theFirstThatHasRoomTakesIt() {
    passOver()
    f.add()
    f.wait(60)
    #expect(f.claim("w").isEmpty)
    f.enroll("v", slots: 2)
    #expect(f.claim("v", limit: 9) == [2])
    #expect(f.claim("w", limit: 9) == [4], "what it was kept for is gone")
  }

  @Test func waitingInLineIsNotBeingPassedOver() {
    // The large task is the newest: those before it are served first, for however long.
    f.enroll("w", slots: 2)
    for _ in 1...5 { f.add() }
    f.add(needs: Needs(slots: 2))
    #expect(f.claim("w") == [1])
    for task in 2...5 as ClosedRange<Int64> {
      f.wait(100)
      #expect(f.claim("w") == [task])
      f.finish(task)
    }
    f.finish(1)
    #expect(f.claim("w") == [6])
  }

  @Test func aLowerPriorityDoesPassOver() {
    f.enroll("w", slots: 2)
    f.add()
    #expect(f.claim("w") == [1])
    f.add(priority: 1, needs: Needs(slots: 2))
    f.add()
    f.add()
    #expect(f.claim("w") == [3])
    f.finish(3)
    f.wait(60)
    #expect(f.claim("w").isEmpty)
  }

  @Test(arguments: ["cancelled", "smaller", "aside", "another kind", "drained"])
  func neverWaitsForWhatItCanNoLongerTake(change: String) {
    passOver()
    f.wait(60)
    f.add(priority: -1)
    #expect(f.claim("w").isEmpty)
    switch change {
    case "cancelled": f.apply(.cancelled, to: 2)
    case "smaller": f.enroll("w", kinds: ["k", "x"], slots: 1)
    case "aside": f.book.setAside(worker: "w", kind: "k", rule: .nothing)
    case "another kind": f.enroll("w", kinds: ["x"], slots: 2)
    default:
      f.book.setAccepting(false, worker: "w")
      f.enroll("v", slots: 2)
      #expect(f.claim("v") == [2])
      f.book.setAccepting(true, worker: "w")
    }
    f.finish(1)
    f.add(kind: "x")
    let worker = f.book.workers["w"]
    f.enroll(
      "w", kinds: worker?.kinds.union(["x"]) ?? [], slots: worker?.capacity.slots ?? 0,
      setAside: worker?.setAside ?? [:])
    #expect(f.claim("w") == [5])
  }

  @Test func aReservedTaskThatComesBackIsServedOnce() {
    passOver()
    f.add()
    f.wait(60)
    #expect(f.claim("w").isEmpty)
    f.finish(1)
    #expect(f.claim("w") == [2])
    f.giveBack(2)
    #expect(f.claim("w", limit: 9) == [2])
    f.finish(2)
    #expect(f.claim("w", limit: 9) == [4])
  }
}
