import Inventory
import Testing

@testable import Provisioning

@Suite("Which address a kubeconfig gets")
struct APIChoiceTests {
  private let servers = [
    APIServer(machine: "M_1", node: "m-1", address: "10.0.0.11", sshHost: "127.0.0.1"),
    APIServer(machine: "m2", node: "m2", address: "10.0.0.12", sshHost: "10.0.0.12"),
    APIServer(machine: "m3", node: "m3", address: nil, sshHost: "m3"),
  ]
  private var places: [APIPlace] { APIPlace.all(servers) }

  @Test("addresses between the machines come first, and the host of SSH only if it is another")
  func order() {
    #expect(places.map(\.host) == ["10.0.0.11", "10.0.0.12", "127.0.0.1", "m3"])
    #expect(places.map(\.kind) == [.node, .node, .ssh, .ssh])
    // m3 is a name that its certificate has.
    #expect(places.map(\.serverName) == [nil, nil, "m-1", nil])
  }

  @Test("the server's own address is taken if it answers")
  func first() throws {
    let choice = try #require(APIChoice(places, port: 6443, obstacles: ["127.0.0.1": "x"]))
    #expect(choice.place.host == "10.0.0.11" && choice.isReachable)
    #expect(choice.why == "10.0.0.11:6443 answers from this machine; it is the address of M_1 between the machines")
  }

  @Test("else that of another server; else the host of SSH, with the name that the certificate has")
  func others() throws {
    let second = try #require(APIChoice(places, port: 6443, obstacles: ["10.0.0.11": "the connection was refused"]))
    #expect(second.place.host == "10.0.0.12")
    #expect(second.why.hasSuffix("what is better does not answer (10.0.0.11:6443: the connection was refused)"))
    let third = try #require(APIChoice(places, port: 6443, obstacles: ["10.0.0.11": "a", "10.0.0.12": "b"]))
    #expect(third.place.serverName == "m-1" && third.isReachable)
    #expect(third.why.hasSuffix("not for '127.0.0.1', so tls-server-name is 'm-1'"))
  }

  @Test("where nobody answers, the server's own address is taken, and it is said what to do")
  func none() throws {
    let all = Dictionary(uniqueKeysWithValues: places.map { ($0.host, "no answer came within 3s") })
    let choice = try #require(APIChoice(places, port: 7443, obstacles: all))
    #expect(choice.place.host == "10.0.0.11" && !choice.isReachable)
    #expect(choice.why.contains("ssh -L 7443:10.0.0.11:7443"), "\(choice.why)")
    #expect(APIChoice([], port: 6443, obstacles: [:]) == nil)
  }

  @Test("an address of IPv6 stands in brackets")
  func brackets() throws {
    let place = APIPlace(machine: "m", kind: .node, host: "2001:db8::1")
    #expect(try #require(APIChoice([place], port: 6443, obstacles: [:])).why.hasPrefix("[2001:db8::1]:6443"))
  }

  @Test("the address is that of my_iface, never ansible_host; a machine that is this one has no host of SSH")
  func settings() throws {
    let machines = try Machines.of(
      "m1 ansible_host=127.0.0.1 my_iface=eth0\nhere ansible_connection=local\n[driver]\nm1\nhere\n")
    let servers = machines.map { APIServer($0, Machines.facts($0.name, 7)) }
    #expect(servers.map(\.address) == ["192.168.5.7", "192.168.5.7"])
    #expect(servers.map(\.sshHost) == ["127.0.0.1", nil])
  }
}
