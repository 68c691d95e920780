/// How far a batch is.
public struct BatchProgress: Sendable, Hashable {
  public var done = 0
  public var failed = 0
  public var cancelled = 0
  public var rejected = 0
  /// Accepted by the coordinator and not ended.
  public var accepted = 0
  /// Read from the inputs and not accepted yet.
  public var waiting = 0
  /// Accepted and, as of the last second, running. Counted for the kind as a whole: other tasks of it may be among them.
  public var running = 0
  /// Whether every input has been read.
  public var isRead = false

  /// Whether a coordinator has answered.
  public var wasConnected = false

  public init() {}

  public var ended: Int { done + failed + cancelled + rejected }
  public var unsuccessful: Int { failed + cancelled + rejected }
}
