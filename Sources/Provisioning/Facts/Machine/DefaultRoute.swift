/// A way to everywhere.
public struct DefaultRoute: Sendable, Hashable {
  public var isIPv6: Bool
  public var interface: String
  /// The one with the lowest is taken.
  public var metric: Int
}
