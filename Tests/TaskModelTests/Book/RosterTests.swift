import MusterCore
import Testing

@testable import TaskModel

struct RosterTests {
  private let f = BookFixture()

  @Test func enrollingAgainKeepsWhatIsHeld() {
    f.enroll("w", slots: 4)
    f.add(needs: Needs(slots: 2))
    f.add()
    _ = f.claim("w", limit: 2)
    f.enroll("w", kinds: ["x"], slots: 1)
    #expect(f.book.workers["w"]?.held == [1, 2])
    #expect(f.book.workers["w"]?.used == Needs(slots: 3))
    #expect(f.book.workers["w"]?.freeSlots == 0)
    f.finish(1)
    #expect(f.book.workers["w"]?.used == Needs(slots: 1))
  }

  @Test func attemptsFromTheStoreAreHeldByTheWorkerThatComesBack() {
    let life = TaskLife(
      state: .running, token: Token(epoch: 1, task: 5, attempt: 1), started: true, failures: 0, handouts: 1,
      maxAttempts: 3)
    #expect(f.load(TaskBook.NewEntry(task: 5, kind: "k", needs: Needs(slots: 2), life: life, worker: "w")))
    #expect(f.book.holders() == ["w"] && f.book.heldTasks(of: "w") == [5])
    f.enroll("w", slots: 4)
    #expect(f.book.workers["w"]?.held == [5] && f.book.workers["w"]?.used == Needs(slots: 2))
    #expect(f.book.holders() == ["w"] && f.book.heldTasks(of: "w") == [5])
    f.finish(5)
    #expect(f.book.workers["w"]?.used == Needs(slots: 0) && f.book.holders().isEmpty)
  }

  @Test func aRosterReadFromTheBookDoesNotCountTwice() throws {
    f.enroll("w", slots: 4)
    f.add()
    _ = f.claim("w")
    let worker = try #require(f.book.workers["w"])
    f.book.enroll(worker)
    #expect(f.book.workers["w"]?.used == Needs(slots: 1))
    // A book that is read anew from the store, with the roster of the one before.
    var book = TaskBook()
    let life = try #require(f.book.life(of: 1))
    let added = book.add(TaskBook.NewEntry(task: 1, kind: "k", life: life, worker: "w"), at: f.now)
    #expect(added)
    book.enroll(worker)
    #expect(book.workers["w"]?.held == [1] && book.workers["w"]?.used == Needs(slots: 1))
  }

  @Test func aDismissedWorkersAttemptsGoOnUntilSomeoneEndsThem() {
    f.enroll("w", slots: 2)
    f.add()
    f.add()
    _ = f.claim("w", limit: 2)
    f.book.dismiss(worker: "w")
    #expect(f.book.workers.isEmpty && f.book.holders() == ["w"])
    #expect(f.finish(1).map(\.worker) == ["w"])
    #expect(f.book.heldTasks(of: "w") == [2])
    f.enroll("w", slots: 2)
    #expect(f.book.workers["w"]?.used == Needs(slots: 1))
    f.giveBack(2)
    #expect(f.book.holders().isEmpty && f.book.absent.isEmpty)
  }

  @Test func aWorkersListOfKindsDoesNotFillTheBook() {
    f.enroll("w", kinds: Set((0..<100_000).map { "kind\($0)" }))
    #expect(f.book.kinds.isEmpty)
    f.add(kind: "kind77")
    #expect(f.claim("w") == [1])
  }

  @Test func kindsAreBounded() {
    for number in 0..<TaskBook.mostKinds { f.add(kind: "kind\(number)") }
    let life = TaskLife(waiting: false, maxAttempts: 1)
    #expect(f.book.cannotHold(kind: "another", needs: Needs(), oversize: false))
    #expect(!f.load(TaskBook.NewEntry(task: 99_999, kind: "another", life: life)))
    #expect(!f.define("another", order: .oldest))
    #expect(f.define("kind1", order: .latest))
    #expect(!f.book.cannotHold(kind: "kind1", needs: Needs(), oversize: false))
    #expect(f.book.liveCount == TaskBook.mostKinds)
  }

  @Test func sortsOfNeedsAreBoundedByWhatIsLive() {
    for memory in 1...65_535 as ClosedRange<UInt64> { f.add(kind: "k\(memory % 250)", needs: Needs(memory: memory)) }
    let next = TaskBook.NewEntry(
      task: 99_999, kind: "k1", needs: Needs(memory: 70_000), life: TaskLife(waiting: false, maxAttempts: 1))
    #expect(f.book.cannotHold(kind: "k1", needs: next.needs, oversize: false))
    #expect(!f.load(next))
    f.apply(.cancelled, to: 1)
    #expect(f.load(next))
  }

  @Test func refusesANumberTwiceAndWhatIsFinal() {
    f.add()
    #expect(
      !f.load(TaskBook.NewEntry(task: 1, kind: "k", life: TaskLife(waiting: false, maxAttempts: 1))))
    let done = TaskLife(state: .done, token: nil, started: false, failures: 0, handouts: 1, maxAttempts: 1)
    #expect(!f.load(TaskBook.NewEntry(task: 2, kind: "k", life: done)))
    #expect(f.book.liveCount == 1)
  }

  @Test func countsAreByKindAndState() {
    f.enroll("w", kinds: ["a", "b"], slots: 2)
    for kind in ["a", "a", "a", "b"] { f.add(kind: kind) }
    f.add(kind: "b", after: [4])
    _ = f.claim("w", limit: 2)
    let counts = Dictionary(
      uniqueKeysWithValues: f.book.counts().map { ("\($0.kind) \($0.state.name)", $0.count) })
    #expect(counts == ["a queued": 2, "a running": 1, "b running": 1, "b waiting": 1])
    #expect(f.book.queuedByKind == ["a": 2])
  }

  @Test func medianRunTime() {
    #expect(f.book.medianRunTime(ofKind: "k") == nil)
    f.book.recordRunTime(kind: "k", nanoseconds: 1)
    #expect(f.book.kinds.isEmpty, "an unknown kind is not made known by a report")
    f.runTime(3)
    #expect(f.book.medianRunTime(ofKind: "k") == .milliseconds(3))
  }
}
