import Testing

@testable import Provisioning

@Suite("The address of a machine among the others")
struct NodeAddressTests {
  private func facts() -> MachineFacts {
    var facts = Machines.facts("m1", 1)
    facts.interfaces.append(
      NetworkInterface(
        name: "eth1", state: "up", hardwareAddress: "",
        addresses: [
          InterfaceAddress(address: "2001:db8::7", prefixLength: 64, scope: "global"),
          InterfaceAddress(address: "172.16.0.7", prefixLength: 24, scope: "global"),
        ]))
    return facts
  }

  @Test("is that of my_iface, never that of ansible_host")
  func named() throws {
    let machine = try Machines.of("m1 ansible_host=127.0.0.1 ansible_port=2222 my_iface=eth1")[0]
    #expect(NodeAddress.choose(machine, facts()) == .found(interface: "eth1", address: "172.16.0.7"))
  }

  @Test("is else that of the best default route, IPv4 first")
  func route() throws {
    let machine = try Machines.of("m1")[0]
    #expect(NodeAddress.choose(machine, facts()).address == "192.168.5.1")
    var facts = facts()
    facts.defaultRoutes = [
      DefaultRoute(isIPv6: true, interface: "eth0", metric: 0),
      DefaultRoute(isIPv6: false, interface: "eth0", metric: 200),
      DefaultRoute(isIPv6: false, interface: "eth1", metric: 100),
    ]
    #expect(NodeAddress.choose(machine, facts).address == "172.16.0.7")
  }

  @Test("may be IPv6 where there is nothing else")
  func six() throws {
    var facts = facts()
    facts.interfaces[2].addresses.removeLast()
    #expect(NodeAddress.choose(try Machines.of("m1 my_iface=eth1")[0], facts).address == "2001:db8::7")
  }

  @Test("what is missing names what could be taken")
  func missing() throws {
    guard case .missing(let why, let cure) = NodeAddress.choose(try Machines.of("m1 my_iface=ens3")[0], facts()) else {
      Issue.record("an address was found")
      return
    }
    #expect(why == "there is no interface 'ens3'" && cure == "set my_iface to one of eth0 and eth1")
  }
}
