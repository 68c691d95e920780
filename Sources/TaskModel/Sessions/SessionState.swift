import MusterCore

/// How a worker's session stands.
public struct SessionState: Sendable, Hashable {
  /// Nil while it is only expected: any session may claim it.
  public let session: UInt64?
  /// Of the latest connection.
  public let generation: UInt64
  /// False: the session goes on without a connection, in its grace.
  public let connected: Bool
  /// Nil: not since this coordinator started.
  public let lastHeard: Moment?
  /// It ends then unless it is heard before.
  public let ends: Moment
}
