import MusterCore
import Testing

@testable import TaskModel

/// A book, a clock that the test moves, and short words for what happens to tasks.
final class BookFixture {
  var book = TaskBook()
  var now = at(0)
  /// The wall clock starts at 1,000 s and goes with ``now``.
  var wall: Timestamp { Timestamp(milliseconds: 1_000_000 + now.nanoseconds / 1_000_000) }
  private(set) var last: Int64 = 0

  static let epoch: UInt64 = 42

  /// Adds a task and returns its number: 1 for the first, one more for each.
  @discardableResult
  func add(
    kind: String = "k", priority: Int16 = 0, needs: Needs = Needs(), oversize: Bool = false, after: [Int64] = [],
    deadline: Timestamp? = nil, failedOn: Set<String> = [], maxAttempts: UInt16 = 3
  ) -> Int64 {
    last += 1
    let added = book.add(
      TaskBook.NewEntry(
        task: last, kind: kind, priority: priority, needs: needs, oversize: oversize,
        life: TaskLife(waiting: !after.isEmpty, maxAttempts: maxAttempts), unmetDependencies: after,
        deadline: deadline, failedOn: failedOn), at: now)
    #expect(added)
    return last
  }

  /// Adds a task as a store would.
  func load(_ entry: TaskBook.NewEntry) -> Bool { book.add(entry, at: now) }

  @discardableResult
  func define(_ kind: String, order: TaskOrder = .oldest, backoff: Backoff = Backoff()) -> Bool {
    book.define(kind: kind, order: order, backoff: backoff, hasVerifier: false)
  }

  func enroll(
    _ name: String, kinds: Set<String> = ["k"], slots: UInt16 = 1, memory: UInt64 = 0, gpus: UInt16 = 0,
    prefetch: Int = 0, setAside: [String: SetAsideRule] = [:], refusesOversize: Bool = false
  ) {
    book.enroll(
      RosterWorker(
        name: name, kinds: kinds, capacity: Needs(slots: slots, memory: memory, gpus: gpus), prefetchLimit: prefetch,
        setAside: setAside, refusesOversize: refusesOversize))
  }

  func claim(_ worker: String, limit: Int = 1) -> [Int64] { claims(worker, limit: limit).map(\.task) }

  func claims(_ worker: String, limit: Int = 1) -> [TaskBook.Claimed] {
    var claimed: [TaskBook.Claimed] = []
    book.claim(for: worker, limit: limit, epoch: BookFixture.epoch, at: now, into: &claimed)
    return claimed
  }

  @discardableResult
  func apply(_ event: TaskEvent, to task: Int64, blaming: String? = nil) -> [TaskBook.Change] {
    var changes: [TaskBook.Change] = []
    book.apply(event, to: task, blaming: blaming, at: now, changes: &changes)
    return changes
  }

  /// The token of the task's attempt; one that no task has if there is none.
  func token(_ task: Int64) -> Token { book.life(of: task)?.token ?? Token(epoch: 0, number: 0) }

  @discardableResult
  func finish(_ task: Int64) -> [TaskBook.Change] {
    apply(.succeeded(token(task), verify: false), to: task)
  }

  @discardableResult
  func fail(_ task: Int64, on worker: String? = nil) -> [TaskBook.Change] {
    apply(.attemptFailed(token(task)), to: task, blaming: worker)
  }

  @discardableResult
  func giveBack(_ task: Int64) -> [TaskBook.Change] { apply(.attemptReturned(token(task)), to: task) }

  func tick() -> [TaskBook.Change] {
    var changes: [TaskBook.Change] = []
    book.tick(at: now, wall: wall, changes: &changes)
    return changes
  }

  func wait(_ seconds: Double) { now = now + .milliseconds(Int64(seconds * 1000)) }

  /// Makes a kind known as one whose attempts take so long.
  func runTime(_ milliseconds: UInt64, kind: String = "k") {
    book.define(kind: kind, order: .oldest, backoff: Backoff(), hasVerifier: false)
    book.recordRunTime(kind: kind, nanoseconds: milliseconds * 1_000_000)
  }

  func state(_ task: Int64) -> TaskState? { book.life(of: task)?.state }
  func why(_ task: Int64) -> [WaitingReason] { book.why(task, at: now) }
}
