import Synchronization

/// How many lines of the inputs were passed over because the output holds them, counted while they are read.
final class LineTally: Sendable {
  struct Counts: Sendable, Hashable {
    /// Passed over: recorded with this very input.
    var done = 0
    var unsuccessful = 0
    /// Recorded with another input: done anew.
    var changedDone = 0
    var changedUnsuccessful = 0
  }
  private let state = Mutex(Counts())

  var counts: Counts { state.withLock { $0 } }
  func count(_ change: (inout Counts) -> Void) { state.withLock { change(&$0) } }
}
