/// What a worker process has done since it began.
public struct WorkerCounts: Sendable, Hashable {
  public var done: UInt64 = 0
  /// Failed, timed out, ran out of memory, asked for a retry or could not be run.
  public var failed: UInt64 = 0
  /// Handed back or cancelled.
  public var givenUp: UInt64 = 0
}
