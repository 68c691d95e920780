/// What a namespace has unfinished.
public struct Backlog: Sendable, Hashable {
  public var tasks: Int
  /// Of their inputs.
  public var bytes: Int

  public init(tasks: Int = 0, bytes: Int = 0) {
    self.tasks = tasks
    self.bytes = bytes
  }
}
