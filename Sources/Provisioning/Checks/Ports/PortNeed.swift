import Inventory

/// A port that the cluster uses.
public struct PortNeed: Sendable, Hashable {
  public var port: ClusterPort
  /// "the API server".
  public var purpose: String
  /// The machines on which it must be free.
  public var holders: [String]
  /// The machines that must reach it on every holder; empty: only the holder itself.
  public var callers: [String]
  /// The variable that sets another one, if there is any.
  public var setting: String?

  /// All ports that a cluster of these machines uses, in a fixed order.
  public static func all(for machines: [MachineSettings], _ options: CheckOptions) -> [PortNeed] {
    let servers = machines.filter { $0.roles.contains(.server) }.map(\.name)
    let nodes = machines.filter(\.isNode).map(\.name)
    let registries = machines.filter { $0.roles.contains(.registry) }.map(\.name)
    var needs = [PortNeed(6443, "the API server", servers, nodes)]
    if servers.count > 1 {
      needs.append(PortNeed(2379, "etcd", servers, servers))
      needs.append(PortNeed(2380, "etcd", servers, servers))
    }
    needs.append(PortNeed(10250, "the kubelet", nodes, nodes))
    needs.append(PortNeed(8472, "the network between pods (VXLAN)", nodes, nodes, over: .udp))
    if options.sharesImages { needs.append(PortNeed(5001, "sharing images", nodes, nodes)) }
    if let port = options.registryPort { needs.append(PortNeed(port, "the registry of images", registries, nodes)) }
    needs += hub(machines, nodes)
    // These only the machine itself talks to.
    for port in [6444, 10248, 10249, 10256] { needs.append(PortNeed(port, "k3s itself", nodes, [])) }
    for port in [10257, 10258, 10259] { needs.append(PortNeed(port, "k3s itself", servers, [])) }
    return needs.filter { !$0.holders.isEmpty }
  }

  private static func hub(_ machines: [MachineSettings], _ nodes: [String]) -> [PortNeed] {
    var needs: [PortNeed] = []
    for (setting, port) in [("http_port", \MachineSettings.httpPort), ("https_port", \MachineSettings.httpsPort)] {
      var holders: [Int: [String]] = [:]
      for machine in machines where machine.roles.contains(.server) {
        holders[machine[keyPath: port], default: []].append(machine.name)
      }
      for (number, names) in holders.sorted(by: { $0.key < $1.key }) {
        needs.append(PortNeed(number, "the hub", names, nodes, setting: setting))
      }
    }
    return needs
  }

  private init(
    _ number: Int, _ purpose: String, _ holders: [String], _ callers: [String],
    over transport: ClusterPort.Transport = .tcp, setting: String? = nil
  ) {
    port = ClusterPort(number, transport)
    self.purpose = purpose
    self.holders = holders
    self.callers = callers
    self.setting = setting
  }
}
