import Collections
import TaskModel

/// Which attempts have something to say on this connection. What they say stays with the attempt until it is taken.
struct Outbox {
  var started: [Token] = []
  var ends: Deque<Token> = []
  /// Results that travel in pieces; the first one gives the next piece and goes to the back.
  var results: Deque<Token> = []
  /// Attempts with text that waits.
  var logs: Deque<Token> = []
  var logBytes = 0
  var areLogsDue = false

  /// Starts and ends have been held for as long as they may be.
  var areReportsDue = false

  var hasReports: Bool { !started.isEmpty || !ends.isEmpty }
  /// Whether anything is ready that gains nothing by being held. (Log text that is not due yet is not ready.)
  var isUrgent: Bool { !results.isEmpty || (areLogsDue && !logs.isEmpty) || (areReportsDue && hasReports) }

  /// Forgets what a cut connection may or may not have carried. Text that waits stays.
  mutating func reset() {
    started.removeAll()
    ends.removeAll()
    results.removeAll()
    areReportsDue = false
  }
}
