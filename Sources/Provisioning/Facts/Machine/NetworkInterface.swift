/// A network interface.
public struct NetworkInterface: Sendable, Hashable {
  public var name: String
  /// `up`, `down`, or `unknown` where a kind of interface has no such state.
  public var state: String
  public var hardwareAddress: String
  public var addresses: [InterfaceAddress]

  /// Whether it is not said to be down.
  public var isUp: Bool { state == "up" || state == "unknown" }
}
