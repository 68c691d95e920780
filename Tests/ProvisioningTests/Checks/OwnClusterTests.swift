import MusterCore
import Testing

@testable import Provisioning

@Suite("Checks of machines that are a cluster already")
struct OwnClusterTests {
  private func input() throws -> CheckInput {
    var input = try Machines.input()
    for name in ["m1", "w1", "w2"] {
      input.change(name) { facts, _ in
        facts.hasMusterRecord = true
        facts.kubernetes = [KubernetesSign(kind: "k3s", path: "/var/lib/rancher/k3s")]
        facts.units["k3s"] = "active"
        let process = PortProcess(id: 5, name: "python3", unit: "k3s.service")
        facts.listeners.append(PortListener(port: ClusterPort(6443), address: "::", process: process))
        facts.listeners.append(PortListener(port: ClusterPort(10250), address: "::", process: process))
        facts.listeners.append(PortListener(port: ClusterPort(8472, .udp), address: "0.0.0.0", process: nil))
        facts.disks[3].free = 200_000_000
        facts.disks[3].size = 2_000_000_000
        facts.interfaces.append(
          NetworkInterface(
            name: "flannel.1", state: "unknown", hardwareAddress: "",
            addresses: [InterfaceAddress(address: "10.42.0.0", prefixLength: 32, scope: "global")]))
      }
    }
    return input
  }

  @Test("what Muster's own k3s holds is no problem")
  func own() throws { #expect(Preflight.check(try input()).problems == []) }

  @Test("what somebody else holds is one")
  func other() throws {
    var input = try input()
    input.change("w1") { facts, _ in
      let process = PortProcess(id: 9, name: "nginx", unit: "nginx.service")
      facts.listeners.append(PortListener(port: ClusterPort(10256), address: "127.0.0.1", process: process))
    }
    let problems = Preflight.check(input).problems
    #expect(problems.map(\.kind) == [.portsFree])
    #expect(problems[0].cure == "run 'systemctl disable --now nginx.service'")
  }

  @Test("clocks are judged by the most of them")
  func clocks() throws {
    var input = try input()
    input.change("m1") { _, reading in reading.clockOffset = .seconds(-20) }
    #expect(Preflight.check(input).problems == [])
    input.change("w2") { _, reading in reading.clockOffset = .seconds(20) }
    let found = Preflight.check(input).problems.map(\.subject)
    #expect(found == [.machine("m1"), .machine("w2")])
  }
}
