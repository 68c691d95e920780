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

  /// Whether anything goes out at once. (Log text that is not due yet does not.)
  var isEmpty: Bool { started.isEmpty && ends.isEmpty && results.isEmpty && !(areLogsDue && !logs.isEmpty) }

  /// Forgets what a cut connection may or may not have carried. Text that waits stays.
  mutating func reset() {
    started.removeAll()
    ends.removeAll()
    results.removeAll()
  }
}
