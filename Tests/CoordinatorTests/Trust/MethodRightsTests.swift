import CoordinatorAPI
import GRPCCore
import Testing
import Trust

@testable import Coordinator

@Suite struct MethodRightsTests {
  private static let all =
    Muster_V1_Muster.Method.descriptors + Muster_V1_Trust.Method.descriptors + Cluster_Cluster.Method.descriptors

  /// A call that is added to the protocol and forgotten here could be made by nobody.
  @Test func everyCallHasARule() {
    for method in Self.all { #expect(MethodRights.rule(method) != .roles([]), "\(method.method)") }
    #expect(MethodRights.rule(MethodDescriptor(fullyQualifiedService: "x.Y", method: "Z")) == .roles([]))
  }

  /// The whole table, in the words of the protocol: a change of a right is a change here.
  @Test func whoMayDoWhat() {
    func may(_ role: Role) -> Set<String> {
      Set(
        Self.all.filter { method in
          let caller = Caller(standing: .known(Identity(name: "x", role: role), serial: "1"), connection: nil)
          return MethodRights.refusal(caller, method) == nil
        }.map(\.method))
    }
    let own: Set = ["GetStatus", "Join", "Renew", "WhoAmI"]
    let looking: Set = [
      "FollowTasks", "GetTask", "ListTasks", "CountTasks", "ReadResult", "ReadInput", "ReadLogs", "ListWorkers",
      "ListKinds",
    ]
    #expect(may(.worker) == own.union(["Work", "Register", "PollTask", "SubmitProof"]))
    #expect(may(.read) == own.union(looking).union(["GetQueue"]))
    #expect(may(.submit) == own.union(looking).union(["SubmitTasks", "CancelTasks", "RetryTasks"]))
    #expect(
      may(.admin)
        == Set(Self.all.map(\.method)).subtracting(["Work", "Register", "PollTask", "SubmitProof"]))
  }

  @Test func aStrangerMayOnlyJoin() {
    let stranger = Caller(standing: .stranger(code: "x", sentence: "why"), connection: nil)
    let open = Self.all.filter { MethodRights.refusal(stranger, $0) == nil }
    #expect(open.map(\.method) == ["Join"])
    #expect(Self.all.allSatisfy { MethodRights.refusal(.inProcess, $0) == nil })
  }
}
