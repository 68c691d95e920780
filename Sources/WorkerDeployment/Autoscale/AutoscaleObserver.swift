/// Through whom an autoscaler hears of a coordinator's queue, and speaks to its workers.
///
/// Whoever implements it promises that a report is whole: a coordinator that does not reach its store must make
/// ``queue()`` throw, for a report without tasks would let all workers go. Every call ends when its task is cancelled.
public protocol AutoscaleObserver: Sendable {
  /// What is to be done, and by whom, as it is now.
  func queue() async throws -> QueueReport

  /// Gives a worker no more tasks. Returns when that is so: a report that was asked for afterwards shows it draining.
  func drain(_ worker: String) async throws

  /// Takes ``drain(_:)`` back.
  func resume(_ worker: String) async throws
}
