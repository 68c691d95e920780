import MusterCore
import Testing

@testable import TaskModel

struct WhyTests {
  private let f = BookFixture()

  @Test func waitsForOthers() {
    f.add()
    f.add()
    f.add(after: [2, 1])
    #expect(f.why(3) == [.waitsFor(tasks: [1, 2])])
    f.enroll("w", slots: 2)
    _ = f.claim("w")
    f.finish(1)
    #expect(f.why(3) == [.waitsFor(tasks: [2])])
  }

  @Test func backsOff() {
    f.enroll("w")
    f.add(maxAttempts: 5)
    _ = f.claim("w")
    f.fail(1)
    f.wait(0.25)
    #expect(f.why(1) == [.backoff(left: .milliseconds(750), failures: 1, maxAttempts: 5)])
    f.wait(9)
    #expect(f.why(1) == [.backoff(left: .zero, failures: 1, maxAttempts: 5)])
  }

  @Test func nobodyServesOrAccepts() {
    f.add()
    #expect(f.why(1) == [.noWorkerServes(kind: "k")])
    f.enroll("w", kinds: ["x"])
    #expect(f.why(1) == [.noWorkerServes(kind: "k")])
    f.enroll("v")
    f.book.setAccepting(false, worker: "v")
    #expect(f.why(1) == [.noWorkerAccepts(kind: "k")])
  }

  @Test func everyoneWhoCouldIsSetAside() {
    f.add(needs: Needs(slots: 2))
    f.enroll("b", slots: 2, setAside: ["k": .nothing])
    f.enroll("a", slots: 2, setAside: ["k": .nothing])
    f.enroll("small")
    #expect(f.why(1) == [.setAside(workers: ["a", "b"], kind: "k")])
  }

  @Test func needsMoreThanAnyoneHas() {
    f.add(needs: Needs(slots: 2, memory: 500))
    f.enroll("a", slots: 4, memory: 100)
    f.enroll("b", slots: 1, memory: 900)
    #expect(
      f.why(1) == [
        .needsMore(needs: Needs(slots: 2, memory: 500), largest: Needs(slots: 4, memory: 900))
      ])
  }

  @Test func tooLargeForTheOriginalProtocol() {
    f.add(oversize: true)
    f.enroll("original", refusesOversize: true)
    #expect(f.why(1) == [.tooLargeForOriginal])
    f.enroll("own")
    #expect(f.why(1) == [.inLine(place: 1, busySlots: 0, totalSlots: 1)])
  }

  @Test func placeInLine() {
    f.enroll("w", slots: 2)
    for _ in 1...5 { f.add() }
    f.add(priority: 1)
    f.add(kind: "other")
    #expect(f.claim("w", limit: 2) == [6, 1])
    #expect(f.why(2) == [.inLine(place: 1, busySlots: 2, totalSlots: 2)])
    #expect(f.why(5) == [.inLine(place: 4, busySlots: 2, totalSlots: 2)])
    f.define("k", order: .latest)
    #expect(f.why(5) == [.inLine(place: 1, busySlots: 2, totalSlots: 2)])
  }

  @Test func onlySlotsOfThoseWhoMayTakeIt() {
    f.enroll("a", slots: 3)
    f.enroll("b", slots: 1)
    f.add(failedOn: ["a"])
    f.add(priority: 1)
    #expect(f.claim("b") == [2])
    #expect(f.why(1) == [.inLine(place: 1, busySlots: 1, totalSlots: 1)])
  }

  @Test func runsAndVerifies() {
    f.enroll("w")
    f.add()
    f.wait(3)
    _ = f.claim("w")
    #expect(f.why(1) == [.runs(worker: "w", started: false, since: at(3))])
    f.wait(1)
    f.apply(.started(f.token(1)), to: 1)
    #expect(f.why(1) == [.runs(worker: "w", started: true, since: at(3))])
    f.wait(1)
    f.apply(.succeeded(f.token(1), verify: true), to: 1)
    #expect(f.why(1) == [.verifies(since: at(5))])
    f.apply(.judgedValid(f.token(1)), to: 1)
    #expect(f.why(1).isEmpty)
    #expect(f.why(99).isEmpty)
  }
}
