/// Through whom an autoscaler hears of a coordinator's queue, and speaks to its workers.
///
/// Whoever implements it promises that a report is whole: a coordinator that does not reach its store must make
/// ``queue()`` throw, for a report without tasks would let all workers go. Every call ends when its task is cancelled.
public protocol AutoscaleObserver: Sendable {
  /// What is to be done, and by whom, as it is now.
  func queue() async throws -> QueueReport

  /// Tells a worker to finish what it has and to leave.
  ///
  /// Returns when nothing more can be given to it. A worker of the original protocol cannot be told anything; for one the
  /// number is what it has at the moment.
  ///
  /// - Returns: how many tasks it has in hand.
  /// - Throws: also when there is no such worker (any more).
  func drain(_ worker: String) async throws -> Int
}
