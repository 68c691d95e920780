import Synchronization

/// Where the looks are on their way round the unfinished tasks: each checks the rows of a few.
///
/// Rows that are marked are checked at every look. The others are checked when they are claimed, too; it is enough that a
/// task whose row was deleted is withdrawn a while later, and then a long queue does not make every look dear.
final class LookRound: Sendable {
  /// How many tasks one look checks; a queue of no more is checked whole every time.
  static let step = 2000

  private let last = Mutex<Int64>(0)

  /// The sequence number after which to go on.
  var position: Int64 { last.withLock { $0 } }

  /// - Parameters:
  ///   - end: the last sequence number that was checked.
  ///   - count: how many were checked.
  /// - Returns: whether the round is complete.
  func advance(to end: Int64, count: Int) -> Bool {
    last.withLock { last in
      last = count < Self.step ? 0 : end
      return last == 0
    }
  }
}
