import CoordinatorAPI

/// What a worker is doing at one instant.
public struct WorkerSnapshot: Sendable, Hashable {
  /// The coordinator whose welcome came on the current connection; nil while there is none.
  public var coordinator: CoordinatorAddress?
  /// Connections begun in the life of this worker.
  public var generation: UInt64
  public var running: Int
  /// Assigned and not started.
  public var waiting: Int
  /// Ended and not answered by the coordinator.
  public var unanswered: Int
  public var slotsInUse: Int
  public var isDraining: Bool
  public var counts: WorkerCounts
}
