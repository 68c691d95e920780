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
  /// Whether every input has been read.
  public var isRead = false

  public init() {}

  public var ended: Int { done + failed + cancelled + rejected }
  public var unsuccessful: Int { failed + cancelled + rejected }
}
