import MusterCore
import Testing

@testable import TaskModel

struct SetAsideTests {
  private let f = BookFixture()

  @Test func nothingMoreOfThatKind() {
    f.enroll("w", kinds: ["k", "x"], slots: 4)
    f.add()
    f.add(kind: "x")
    f.book.setAside(worker: "w", kind: "k", rule: .nothing)
    #expect(f.claim("w", limit: 9) == [2])
    f.book.setAside(worker: "w", kind: "k", rule: nil)
    #expect(f.claim("w", limit: 9) == [1])
  }

  @Test func aTrialIsOneAttempt() {
    f.enroll("w", slots: 4, setAside: ["k": .trial])
    f.add()
    f.add()
    #expect(f.claim("w", limit: 9) == [1])
    #expect(f.claim("w", limit: 9).isEmpty)
    f.finish(1)
    #expect(f.claim("w", limit: 9).isEmpty, "who judges it takes the worker back, not the book")
    f.book.setAside(worker: "w", kind: "k", rule: .trial)
    #expect(f.claim("w", limit: 9) == [2])
  }

  @Test func holdsForAKindOfWhichNoTaskHasComeYet() {
    f.enroll("w", kinds: ["new"], setAside: ["new": .nothing])
    f.enroll("v", kinds: ["new"])
    f.book.setAside(worker: "v", kind: "new", rule: .trial)
    f.add(kind: "new")
    f.add(kind: "new")
    #expect(f.claim("w").isEmpty)
    #expect(f.claim("v") == [1])
    f.finish(1)
    #expect(f.claim("v").isEmpty)
  }

  @Test func forAnUnknownWorkerIsIgnored() {
    f.book.setAside(worker: "nobody", kind: "k", rule: .nothing)
    #expect(f.book.workers.isEmpty)
  }
}
