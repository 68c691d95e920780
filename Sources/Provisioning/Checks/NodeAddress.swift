import Inventory

/// The interface and the address under which the other machines of a cluster know a machine.
///
/// Everything that points at a machine uses it: node-ip, flannel-iface, the join URL, tls-san, the registry. It is never
/// `ansible_host`, which may be a forwarded port on the admin's own machine.
public enum NodeAddress: Sendable, Hashable {
  case found(interface: String, address: String)
  /// Why there is none, and what to do.
  case missing(why: String, cure: String)

  /// The address of `my_iface`, or of the interface of the default route: its first IPv4 address that others can use, else its
  /// first such IPv6 address.
  public static func choose(_ settings: MachineSettings, _ facts: MachineFacts) -> NodeAddress {
    let named = settings.interface
    guard let name = named ?? routeInterface(facts) else {
      return .missing(
        why: "neither my_iface is set nor is there a default route, so nothing says which network the machines share",
        cure: "set my_iface to one of \(choices(facts))")
    }
    guard let interface = facts.interfaces.first(where: { $0.name == name }) else {
      return .missing(
        why: "there is no interface '\(name)'", cure: "set my_iface to one of \(choices(facts))")
    }
    let source = named == nil ? ", which has the default route," : ""
    guard interface.isUp else {
      return .missing(
        why: "the interface '\(name)'\(source) is down",
        cure:
          "switch it on ('ip link set \(name) up', and in the system's network settings), or set my_iface to another one"
      )
    }
    guard facts.tools["ip"] != nil else {
      return .missing(
        why: "the addresses of '\(name)' cannot be read without the program 'ip'",
        cure: "install the package iproute2 (iproute on RHEL)")
    }
    let usable = interface.addresses.filter(\.isGlobal)
    guard let address = usable.first(where: \.isIPv4) ?? usable.first else {
      return .missing(
        why: "the interface '\(name)'\(source) has no address that other machines can use",
        cure: "give it an address on the network between the machines, or set my_iface to another one")
    }
    return .found(interface: name, address: address.address)
  }

  /// The address, if there is one.
  public var address: String? {
    if case .found(_, let address) = self { address } else { nil }
  }

  private static func routeInterface(_ facts: MachineFacts) -> String? {
    facts.defaultRoutes.min { ($0.isIPv6 ? 1 : 0, $0.metric) < ($1.isIPv6 ? 1 : 0, $1.metric) }?.interface
  }

  private static func choices(_ facts: MachineFacts) -> String {
    let names = facts.interfaces.filter { $0.addresses.contains(where: \.isGlobal) }.map(\.name)
    return names.isEmpty ? "the machine's interfaces, of which none has an address yet" : CheckWords.list(names)
  }
}
