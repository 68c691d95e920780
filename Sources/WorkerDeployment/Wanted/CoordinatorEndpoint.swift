/// Where the coordinator is, as the pods reach it: `COORDINATOR_EP` and `COORDINATOR_PORT`.
public struct CoordinatorEndpoint: Sendable, Hashable, CustomStringConvertible {
  /// An IP address goes into Endpoints behind the service `cluster-coordinator`; a name cannot stand there, and goes into
  /// the workers' upstream with its port.
  public enum Host: Sendable, Hashable {
    case address(String)
    case name(String)
  }

  public var host: Host
  /// 1…65535.
  public var port: Int

  /// The port of the original coordinator.
  public static let defaultPort = 50055

  public init(host: Host, port: Int = defaultPort) {
    self.host = host
    self.port = port
  }

  public var description: String {
    switch host {
    case .address(let address) where address.contains(":"): "[\(address)]:\(port)"
    case .address(let text), .name(let text): "\(text):\(port)"
    }
  }
}
