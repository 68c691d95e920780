/// Somebody who listens on a port.
public struct PortListener: Sendable, Hashable {
  public var port: ClusterPort
  /// `0.0.0.0` and `::` are all addresses of the machine.
  public var address: String
  /// Known only of the ports that the cluster wants.
  public var process: PortProcess?
}
