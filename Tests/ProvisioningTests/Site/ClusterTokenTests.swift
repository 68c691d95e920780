import MusterCore
import Testing

@testable import Provisioning

@Suite("The token of a cluster")
struct ClusterTokenTests {
  private func machines(_ token: String = "") throws -> [String] {
    ["[driver]", "m1 my_iface=eth1 \(token)", "[worker]", "w1 my_iface=eth1"]
  }

  @Test("the inventory's goes before a server's, that before an agent's, and that before a new one")
  func choice() throws {
    let plain = try PlanFixture.settings(machines().joined(separator: "\n"))
    let given = try PlanFixture.settings(machines("convect_token=given").joined(separator: "\n"))
    var agent = ObservedMachine()
    agent.token = Secret("agent")
    var server = ObservedMachine()
    server.token = Secret("server")
    #expect(ClusterToken.choose(given, ["m1": server]).reveal() == "given")
    #expect(ClusterToken.choose(plain, ["m1": server, "w1": agent]).reveal() == "server")
    #expect(ClusterToken.choose(plain, ["w1": agent]).reveal() == "agent")
    let new = ClusterToken.choose(plain, [:]).reveal()
    #expect(new.utf8.count == 64 && new.allSatisfy(\.isHexDigit) && new != ClusterToken.choose(plain, [:]).reveal())
  }

  @Test("a server with a cluster's data takes no other token")
  func another() throws {
    let wanted = try PlanFixture.wanted(machines().joined(separator: "\n"))
    var server = ObservedMachine()
    server.token = Secret("old")
    #expect(ClusterToken.problems(Secret("new"), wanted, ["m1": server]).isEmpty)
    server.store = .sqlite
    #expect(ClusterToken.problems(Secret("new"), wanted, ["m1": server]).count == 1)
    #expect(ClusterToken.problems(Secret("old"), wanted, ["m1": server]).isEmpty)
  }

  @Test(
    "a token reads as it was written, whatever is in it",
    arguments: ["abc", "a b\"c", "$x`\\\\\"", "\\", "K10ab::server:x=y", "ü\u{7F}"])
  func environment(token: String) {
    let text = UnitTexts.environment(["OTHER": "K3S_TOKEN=no", "K3S_TOKEN": token])
    #expect(UnitTexts.value(of: "K3S_TOKEN", in: text) == token)
  }

  @Test("what is no token is none", arguments: ["", "K3S_TOKEN=", "K3S_TOKEN=\"\"", "#K3S_TOKEN=a", "K3S_TOKENS=a"])
  func none(text: String) { #expect(UnitTexts.value(of: "K3S_TOKEN", in: text) == nil) }
}
