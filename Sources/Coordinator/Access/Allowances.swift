import MusterCore
import Synchronization
import TaskStore

/// Bounds what each namespace may have unfinished.
///
/// Counting is the store's work and costs; so an upper bound is kept here (what was counted, and everything that was let in
/// since), and the store is asked again only when that is over the limit, and not too often. Several coordinators over one
/// store keep a bound each: together they may let in a little more.
final class Allowances: Sendable {
  private struct Entry {
    var bound: Backlog
    /// When the store may be asked again.
    var next: Moment
    /// Let in since the start.
    var admitted = Backlog()
  }

  let limit: Backlog
  private let entries = Mutex<[String: Entry]>([:])
  private let time: any Timekeeper
  private static let shortestPause: Duration = .milliseconds(250)

  init(limit: Backlog, time: any Timekeeper) {
    self.limit = limit
    self.time = time
  }

  /// Lets in as many of the first tasks as there is room for.
  ///
  /// - Parameter sizes: of the tasks' inputs, in bytes.
  /// - Returns: how many are let in, and if it is not all, after how long to try again.
  func admit(
    _ namespace: String, sizes: [Int], count: (String) async throws -> Backlog
  ) async throws -> (count: Int, retryAfter: Duration) {
    let wanted = Backlog(tasks: sizes.count, bytes: sizes.reduce(0, +))
    let (fits, mayAsk, mark) = look(namespace, wanted)
    if !fits && mayAsk {
      let begin = time.moment()
      let counted = try await count(namespace)
      note(namespace, counted, since: mark, cost: time.moment() - begin)
    }
    return take(namespace, sizes)
  }

  private func look(_ namespace: String, _ wanted: Backlog) -> (fits: Bool, mayAsk: Bool, mark: Backlog) {
    let now = time.moment()
    return entries.withLock { entries in
      guard let entry = entries[namespace] else { return (false, true, Backlog()) }
      return (fits(entry.bound, wanted), now >= entry.next, entry.admitted)
    }
  }

  private func note(_ namespace: String, _ counted: Backlog, since mark: Backlog, cost: Duration) {
    let next = time.moment() + max(cost * 20, Self.shortestPause)
    entries.withLock { entries in
      // Names come from certificates, but over years there may be many.
      if entries.count > 10_000 { entries = [:] }
      let admitted = entries[namespace]?.admitted ?? mark
      entries[namespace] = Entry(
        bound: Backlog(
          tasks: counted.tasks + admitted.tasks - mark.tasks, bytes: counted.bytes + admitted.bytes - mark.bytes),
        next: next, admitted: admitted)
    }
  }

  private func take(_ namespace: String, _ sizes: [Int]) -> (count: Int, retryAfter: Duration) {
    let now = time.moment()
    return entries.withLock { entries in
      guard var entry = entries[namespace] else { return (0, Self.shortestPause) }
      var taken = 0
      for size in sizes {
        let one = Backlog(tasks: 1, bytes: size)
        guard fits(entry.bound, one) else { break }
        entry.bound = entry.bound + one
        entry.admitted = entry.admitted + one
        taken += 1
      }
      entries[namespace] = entry
      return (taken, max(entry.next - now, .seconds(1)))
    }
  }

  private func fits(_ bound: Backlog, _ more: Backlog) -> Bool {
    bound.tasks + more.tasks <= limit.tasks && bound.bytes + more.bytes <= limit.bytes
  }
}

extension Backlog {
  static func + (a: Backlog, b: Backlog) -> Backlog { Backlog(tasks: a.tasks + b.tasks, bytes: a.bytes + b.bytes) }
}
