import MusterCore

/// An address of an interface, with the length of its network.
public struct InterfaceAddress: Sendable, Hashable {
  /// Without the length: `10.0.0.1`.
  public var address: String
  public var prefixLength: Int
  /// `global`, `link`, `host`, `site`.
  public var scope: String

  public var isIPv4: Bool { !address.contains(":") }
  /// Whether other machines can use it.
  public var isGlobal: Bool { scope == "global" || scope == "site" }
  /// The network that it is in.
  var range: AddressRange? { AddressRange("\(address)/\(prefixLength)") }
}
