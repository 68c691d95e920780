import Testing

@testable import Provisioning

@Suite("What servers remember of those that are gone")
struct RememberedServersTests {
  @Test("with one of three servers gone, the others are compared as if it were there")
  func three() throws {
    let machines = try PlanFixture.settings(PlanFixture.five)
    let facts = PlanFixture.facts(machines)
    let wanted = try PlanFixture.wanted(PlanFixture.five)
    for gone in ["m1", "m2", "m3"] {
      let lost = machines.filter { $0.name == gone }
      let rest = wanted.machines.filter { $0.isServer && $0.name != gone }
      let configurations = rest.compactMap { K3sConfiguration(reading: Array($0.configuration.yaml.utf8)) }
      let like = try #require(facts[rest[0].name])
      let remembered = RememberedServers.facts(lost, by: configurations, like: like)
      #expect(remembered[gone]?.address == facts[gone]?.address)
      var known = facts
      known[gone] = remembered[gone]
      let stores = Dictionary(uniqueKeysWithValues: rest.map { ($0.name, ServerStore.etcd) })
      let again = try ClusterDesign.wanted(machines, known, PlanFixture.bundle(), PlanFixture.wishes(), stores: stores)
      for machine in rest {
        #expect(again[machine.name]?.unit == machine.unit)
        #expect(again[machine.name]?.configuration.settings["tls-san"] == machine.configuration.settings["tls-san"])
      }
      #expect(again["w1"]?.files == wanted["w1"]?.files)
    }
  }

  @Test("whom nobody remembers stays unknown")
  func nobody() throws {
    let machines = try PlanFixture.settings(PlanFixture.five)
    let like = PlanFixture.facts(machines)["m2"]
    for names in [["m1", "10.0.0.11"], ["10.0.0.12", "m2"], []] {
      let configuration = K3sConfiguration(["tls-san": .list(names)])
      #expect(RememberedServers.facts([machines[0]], by: [configuration, K3sConfiguration([:])], like: like) == [:])
    }
    #expect(RememberedServers.facts([machines[0]], by: [K3sConfiguration([:])], like: nil) == [:])
  }
}
