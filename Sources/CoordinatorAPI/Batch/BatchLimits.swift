/// What a batch keeps in memory and in flight, and how patient it is.
public struct BatchLimits: Sendable {
  /// Items handed in or waiting to be, whose end has not come yet.
  public var unfinished = 10_000
  /// Bytes of inputs of those items. One item alone may be larger.
  public var unfinishedBytes = 64 << 20
  /// Items in one message.
  public var messageItems = 500
  /// Bytes of inputs in one message, unless one item alone is larger.
  public var messageBytes = 1 << 20

  public init() {}
}
