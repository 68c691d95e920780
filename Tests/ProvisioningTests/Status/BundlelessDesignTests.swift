import MusterCore
import Testing

@testable import Provisioning

@Suite("What can be compared without a bundle")
struct BundlelessDesignTests {
  /// A cluster that was made from a bundle, and what a look without the bundle plans for it.
  private func plan(_ change: (inout [String: ObservedMachine]) -> Void = { _ in }) throws -> ClusterPlan {
    let made = try PlanFixture.wanted(PlanFixture.three)
    var fleet = ModelFleet(made.machines.map(\.name))
    let nodes = Dictionary(uniqueKeysWithValues: made.machines.map { ($0.name, $0.node.name) })
    fleet.carryOut(ClusterPlanner.plan(made, fleet.machines), nodes: nodes)
    var there = fleet.observed(server: "m1")
    change(&there)
    let machines = try PlanFixture.settings(PlanFixture.three)
    let wanted = try BundlelessDesign.wanted(machines, PlanFixture.facts(machines), PlanFixture.wishes())
    var seen: [String: ObservedMachine] = [:]
    for (name, observed) in there {
      seen[name] = BundlelessDesign.seen(observed, as: try #require(wanted[name]))
    }
    return ClusterPlanner.plan(wanted, seen)
  }

  @Test("nothing is planned for what a bundle has brought")
  func same() throws {
    let plan = try plan()
    #expect(plan.actions == [], "\(plan.actions.map(\.sentence))")
  }

  @Test("what is Muster's own is compared: settings, services, labels")
  func own() throws {
    let plan = try plan { machines in
      machines["w1"]?.files[MachinePlaces.sysctls] = nil
      machines["w1"]?.units["k3s-agent.service"]?.state = "inactive"
      machines["m1"]?.files[MachinePlaces.registries]?.digest = String(repeating: "1", count: 64)
      machines["m1"]?.nodes?["w2"]?.labels = [:]
    }
    #expect(Set(plan.actions.map(\.machine)) == ["m1", "w1"])
    #expect(plan.actions.contains { $0.machine == "w1" && $0.subject == MachinePlaces.sysctls })
    #expect(plan.actions.contains { $0.machine == "w1" && $0.what == "starts k3s-agent.service" })
    #expect(plan.actions.contains { $0.machine == "m1" && $0.what == "restarts k3s.service" })
    #expect(plan.actions.contains { $0.subject == "node/w2" })
  }

  @Test("a file of Muster's own that nothing wants any more is still said")
  func unwanted() throws {
    let plan = try plan { machines in
      machines["m1"]?.record?.changes.append(.newFile("/etc/sysctl.d/80-old.conf"))
    }
    #expect(plan.actions.map(\.subject) == ["/etc/sysctl.d/80-old.conf"])
  }

  @Test("neither packages from elsewhere nor the source that was added for them are taken for drift")
  func sources() throws {
    let machines = try PlanFixture.settings(PlanFixture.three)
    let system = SystemRelease(id: "debian", version: "12", name: "Debian 12", codename: "bookworm")
    let source = try PackageRepository.docker("https://mirror.example/docker", system, .apt, machine: "x86_64").get()
    var facts = PlanFixture.facts(machines)
    let need = PackageNeed(["docker-ce"], .docker, reason: "it is asked for", isRequired: true)
    facts["w1"]?.wishes = PackageWishes(manager: .apt, needs: [need], repository: source, fault: nil)
    facts["w2"]?.wishes = PackageWishes(manager: .apt, needs: [need], fault: "it is no URL")
    let wanted = try BundlelessDesign.wanted(machines, facts, PlanFixture.wishes())
    let w1 = try #require(wanted["w1"])
    #expect(w1.repository == [] && w1.packages == [])
    var observed = ObservedMachine()
    observed.record = MachineRecord([
      .newFile(source.path), .newFile(source.keyPath + ".asc"), .newFile("/etc/other"), .package("docker-ce"),
    ])
    let seen = BundlelessDesign.seen(observed, as: w1)
    #expect(seen.record?.changes == [.newFile("/etc/other"), .package("docker-ce")])
    let plan = ClusterPlanner.plan(wanted, ["w2": ObservedMachine()])
    #expect(plan.problems == [] && !plan.actions.contains { $0.deed.kind == "install-own" })
  }
}
