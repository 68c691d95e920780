import Testing

@testable import Provisioning

@Suite("A machine that has only the registry")
struct RegistryMachineTests {
  @Test("is a node of the cluster, and is checked as one")
  func node() throws {
    let machines = try PlanFixture.settings("[driver]\nm1\n[registry]\nr1\n[other]\nx1\n")
    #expect(machines.map(\.isNode) == [true, true, false])
    #expect(try PlanFixture.wanted("[driver]\nm1\n[registry]\nr1\n")["r1"]?.unit.name == "k3s-agent.service")
    let kubelet = PortNeed.all(for: machines, CheckOptions()).first { $0.port == ClusterPort(10250) }
    #expect(kubelet?.holders == ["m1", "r1"])
  }

  @Test("what a machine gets of a bundle is counted")
  func bytes() throws {
    let machines = try PlanFixture.settings(PlanFixture.three)
    let facts = PlanFixture.facts(machines)
    let bytes = try machines.map { PlanFixture.bundle().bytes(for: $0, try #require(facts[$0.name])) }
    // k3s, two archives of images and two packages, of 1000 bytes each; a chart and a manifest; the toolkit.
    #expect(bytes == [7000, 5000, 6000])
  }
}
