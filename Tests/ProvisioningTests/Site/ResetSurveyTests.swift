import Inventory
import RemoteHosts
import Testing

@testable import Provisioning

@Suite("What is looked at for a reset")
struct ResetSurveyTests {
  /// Three servers with etcd, of which some say what nodes there are.
  private func site(answering: Set<String>) throws -> ClusterSite {
    let machines = try PlanFixture.settings("[driver]\nm[1:3] my_iface=eth1\n")
    let places = machines.map { machine in
      let nodes =
        answering.contains(machine.name)
        ? " m2\tTrue\tv1\t{}\t\t\tKubeletReady\n m3\tTrue\tv1\t{}\t\t\tKubeletReady\n @answered\n" : ""
      let answer = "\(ObservationAnswerTests.beforeNodes)\(nodes)@end\n"
      return MachinePlace(machine, .success(ScriptedShell(machine.name) { _ in answer }))
    }
    return ClusterSite(machines, places)
  }

  @Test("a server leaves the cluster only with the help of one that stays")
  func helper() async throws {
    let (plan, failures) = try await site(answering: ["m1", "m2"]).surveyReset(only: ["m3"])
    #expect(failures.map(\.error.message) == [])
    #expect(plan.problems == [] && plan.actions.first?.deed == .forgetNode("m3") && plan.actions.first?.machine == "m1")
    // In the second look only those help that are locked.
    let again = try await site(answering: ["m1", "m2"]).surveyReset(only: ["m3"], helpers: ["m2", "m3"]).plan
    #expect(again.actions.first?.machine == "m2")
    let none = try await site(answering: ["m1"]).surveyReset(only: ["m3"], helpers: ["m2", "m3"]).plan
    #expect(none.problems.count == 1)
    // Who is no member any more, as after a run that was cut, needs no help.
    let gone = try await site(answering: ["m2"]).surveyReset(only: ["m1"], helpers: []).plan
    #expect(gone.problems == [] && Set(gone.machines) == ["m1"])
    let alone = try await site(answering: []).surveyReset(only: ["m3"]).plan
    #expect(alone.problems.count == 1 && alone.problems.first?.contains("m3 cannot leave the cluster") == true)
  }

  @Test("with all its servers a cluster goes without anybody's help")
  func all() async throws {
    let plan = try await site(answering: []).surveyReset().plan
    #expect(plan.problems == [] && Set(plan.machines) == ["m1", "m2", "m3"])
  }
}
