import DequeModule
import MusterCore

/// The largest value of the last while. Keeps only what may still become the largest, so it stays small however often it is
/// told.
struct AutoscaleHistory: Sendable {
  private var entries: Deque<(at: Moment, value: Int)> = []
  let window: Duration

  init(window: Duration) { self.window = window }

  mutating func add(_ value: Int, at now: Moment) {
    while let last = entries.last, last.value <= value { entries.removeLast() }
    entries.append((now, value))
    // One that is as old as the window still counts: between two looks it may have been the last of its kind.
    while let first = entries.first, now - first.at > window { entries.removeFirst() }
  }

  /// Nil before anything was added.
  var largest: Int? { entries.first?.value }
  /// When the largest was there the last time.
  var largestAt: Moment? { entries.first?.at }
  var count: Int { entries.count }
}
