import MusterCore
import Testing

@testable import Provisioning

@Suite("Plans for some of the machines")
struct PartialPlanTests {
  private func bare(_ wanted: WantedCluster) -> [String: ObservedMachine] {
    Dictionary(uniqueKeysWithValues: wanted.machines.map { ($0.name, ObservedMachine()) })
  }

  @Test("only those that are meant are planned for, and their nodes are marked all the same")
  func limited() throws {
    let wanted = try PlanFixture.wanted(PlanFixture.three)
    let plan = ClusterPlanner.plan(wanted, bare(wanted), only: ["w1"])
    let marks = plan.actions.filter { $0.about != nil }
    #expect(marks.map(\.machine) == ["m1"] && marks.map(\.about) == ["w1"])
    #expect(plan.actions.filter { $0.about == nil }.allSatisfy { $0.machine == "w1" })
    #expect(!plan.remarks.contains { $0.contains("left alone") })
  }

  @Test("an agent of which nothing is known is left out and changes nothing for the others")
  func absent() throws {
    let machines = try PlanFixture.settings(PlanFixture.three)
    var facts = PlanFixture.facts(machines)
    let all = try ClusterDesign.wanted(machines, facts, PlanFixture.bundle(), PlanFixture.wishes())
    facts["w1"] = nil
    facts["w2"] = nil
    let less = try ClusterDesign.wanted(machines, facts, PlanFixture.bundle(), PlanFixture.wishes())
    #expect(less.machines == all.machines.filter { $0.name == "m1" } && less.absent == ["w1", "w2"])
    facts["m1"] = nil
    #expect(throws: ProvisioningError.self) {
      try ClusterDesign.wanted(machines, facts, PlanFixture.bundle(), PlanFixture.wishes())
    }
  }
}
