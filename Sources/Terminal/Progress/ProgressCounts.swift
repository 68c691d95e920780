/// How far a batch is.
public struct ProgressCounts: Sendable, Hashable {
  public var done: Int
  public var failed: Int
  public var running: Int
  /// Nil while it is not known.
  public var total: Int?

  public init(done: Int = 0, failed: Int = 0, running: Int = 0, total: Int? = nil) {
    self.done = done
    self.failed = failed
    self.running = running
    self.total = total
  }

  /// What needs no more work.
  public var finished: Int { done + failed }
}
