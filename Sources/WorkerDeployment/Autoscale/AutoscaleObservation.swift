import MusterCore

/// All that a decision about the number of workers goes by.
public struct AutoscaleObservation: Sendable, Hashable {
  /// When it is looked at.
  public var at: Moment
  /// When the coordinator said what it says, at the latest.
  public var queueAsOf: Moment
  /// When the cluster said what it says, at the latest.
  public var poolsAsOf: Moment
  public var queue: QueueReport
  /// By the pool's name. A pool without a report is left alone.
  public var pools: [String: PoolReport]

  public init(
    at: Moment, queueAsOf: Moment? = nil, poolsAsOf: Moment? = nil, queue: QueueReport, pools: [String: PoolReport]
  ) {
    self.at = at
    self.queueAsOf = queueAsOf ?? at
    self.poolsAsOf = poolsAsOf ?? at
    self.queue = queue
    self.pools = pools
  }
}
