/// A host at which a cluster's API may be reached from this machine.
public struct APIPlace: Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    /// The server's address between the machines, which its certificate has.
    case node
    /// The host that SSH goes to: it may be a forwarded port on this very machine.
    case ssh
  }

  /// The server's name in the inventory.
  public var machine: String
  public var kind: Kind
  /// A name or an address, without brackets.
  public var host: String
  /// What the server's certificate must be for, as it is not for the host; nil: it is.
  public var serverName: String?

  public init(machine: String, kind: Kind, host: String, serverName: String? = nil) {
    self.machine = machine
    self.kind = kind
    self.host = host
    self.serverName = serverName
  }

  /// All that are worth trying, the best first: the servers' addresses between the machines, then the hosts of SSH.
  ///
  /// - Parameter servers: the one that gave the kubeconfig first; each can be asked for the whole cluster.
  public static func all(_ servers: [APIServer]) -> [APIPlace] {
    var places: [APIPlace] = []
    for server in servers {
      guard let address = server.address, !places.contains(where: { $0.host == address }) else { continue }
      places.append(APIPlace(machine: server.machine, kind: .node, host: address))
    }
    // What tls-san has, on every server.
    let certified = Set(servers.compactMap(\.address) + servers.compactMap(\.node))
    for server in servers {
      guard let host = server.sshHost, !places.contains(where: { $0.host == host }) else { continue }
      let name = certified.contains(host) ? nil : server.node ?? server.address
      places.append(APIPlace(machine: server.machine, kind: .ssh, host: host, serverName: name))
    }
    return places
  }
}
