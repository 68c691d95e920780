import Testing

@testable import Provisioning

@Suite("The plan behind a status")
struct StatusDesignTests {
  /// Three servers and two agents that have all that they shall have, and what is planned when some do not answer.
  private func plan(without gone: Set<String>, bundle: ArtifactBundle? = PlanFixture.bundle()) throws -> ClusterPlan {
    let made = try PlanFixture.wanted(PlanFixture.five)
    var fleet = ModelFleet(made.machines.map(\.name))
    let nodes = Dictionary(uniqueKeysWithValues: made.machines.map { ($0.name, $0.node.name) })
    fleet.carryOut(ClusterPlanner.plan(made, fleet.machines), nodes: nodes)
    let machines = try PlanFixture.settings(PlanFixture.five)
    let observed = fleet.observed(server: "m1").filter { !gone.contains($0.key) }
    let design = StatusDesign(machines: machines, facts: PlanFixture.facts(machines), bundle: bundle)
    var stores = observed.mapValues(\.store)
    for name in gone where name.hasPrefix("m") { stores[name] = .etcd }
    let wanted = try design.wanted(PlanFixture.wishes(), stores).get()
    return design.plan(wanted, observed, only: nil)
  }

  @Test(
    "whoever is gone, the others are as planned, with a bundle and without",
    arguments: [[], ["m1"], ["m2", "w1"], ["w1", "w2"]] as [Set<String>])
  func gone(names: Set<String>) throws {
    for bundle in [PlanFixture.bundle(), nil] {
      let plan = try plan(without: names, bundle: bundle)
      #expect(plan.actions == [], "\(plan.actions.map(\.sentence))")
      #expect(plan.remarks == [])
    }
  }

  @Test("a bundle that lacks something, and an inventory that makes no cluster, are said")
  func failures() throws {
    let machines = try PlanFixture.settings(PlanFixture.three)
    let facts = PlanFixture.facts(machines)
    let empty = ArtifactBundle(folder: "/bundle", artifacts: [])
    let design = StatusDesign(machines: machines, facts: facts, bundle: empty)
    #expect(throws: ProvisioningError.self) { try design.wanted(PlanFixture.wishes()).get() }
    let headless = StatusDesign(machines: machines, facts: facts.filter { $0.key != "m1" }, bundle: nil)
    #expect(throws: ProvisioningError.self) { try headless.wanted(PlanFixture.wishes()).get() }
  }
}
