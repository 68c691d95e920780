/// A port of a protocol.
public struct ClusterPort: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// A protocol with ports.
  public enum Transport: String, Sendable, Hashable {
    case tcp
    case udp
  }

  public var number: Int
  public var transport: Transport

  public init(_ number: Int, _ transport: Transport = .tcp) {
    self.number = number
    self.transport = transport
  }

  /// As people write it: `6443/tcp`.
  public var description: String { "\(number)/\(transport.rawValue)" }

  public static func < (a: ClusterPort, b: ClusterPort) -> Bool {
    (a.number, a.transport.rawValue) < (b.number, b.transport.rawValue)
  }
}
