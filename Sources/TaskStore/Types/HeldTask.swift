import MusterCore

/// A task that is in a worker's hands.
public struct HeldTask: Sendable, Hashable {
  public var kind: String
  public var slots: Int
  /// Nil: it waits at the worker for room.
  public var started: Timestamp?

  public init(kind: String, slots: Int, started: Timestamp?) {
    self.kind = kind
    self.slots = slots
    self.started = started
  }
}
