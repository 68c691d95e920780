import MusterCore
import Synchronization

/// Lets a progress line be drawn about ten times a second, however often there is news.
final class ProgressPace: Sendable {
  private let clock: any Timekeeper
  private let last = Mutex<Moment?>(nil)

  init(_ clock: any Timekeeper) { self.clock = clock }

  /// Whether to draw now.
  func isDue() -> Bool {
    let now = clock.moment()
    return last.withLock { last in
      if let last, now - last < .milliseconds(100) { return false }
      last = now
      return true
    }
  }
}
