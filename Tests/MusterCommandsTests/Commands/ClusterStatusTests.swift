import Foundation
import Inventory
import MusterCore
import Provisioning
import RemoteHosts
import Terminal
import Testing

@testable import MusterCommands

/// What is printed of a status; how one comes about is tested in ProvisioningTests.
@Suite struct ClusterStatusTests {
  private let action = MachineAction(
    "w1", .prepare, .reloadUnits, subject: "systemd", what: "makes systemd read its files again",
    why: "they have changed")

  private var status: ClusterStatus {
    get throws {
      let inventory = "m1\nw1\nw2\n[driver]\nm1\n[worker]\nw1\nw2\n"
      let machines = try MachineInventory.read(Array(inventory.utf8), name: "inv.toml")
        .machines(in: PathBase(folder: "/", home: "/"))
      var status = ClusterStatus(machines, [:], wanted: nil, plan: ClusterPlan())
      let running = ServiceStatus(name: "k3s.service", state: "active", isEnabled: true, age: .seconds(90))
      status.machines = [
        MachineStatus(
          name: "m1", roles: [.server, .registry], address: "10.0.0.11", service: running,
          node: NodeStatus(name: "m1", state: .ready, version: "v1.31.12+k3s1"), drift: []),
        MachineStatus(
          name: "w1", roles: [.agent], address: "10.0.0.12",
          service: ServiceStatus(name: "k3s-agent.service", state: "failed", isEnabled: false, age: .seconds(5)),
          node: NodeStatus(
            name: "w1", state: .notReady, isSchedulable: false, reason: "NodeStatusUnknown", missingLabels: ["a=b"]),
          changed: Timestamp(milliseconds: 1000), changeAge: .seconds(7200), drift: Array(repeating: action, count: 5)),
        MachineStatus(
          name: "w2", roles: [.agent], trouble: RemoteHostError(.unreachable, "w2: it refuses connections; start it"),
          node: NodeStatus(name: "w2", state: .missing)),
      ]
      return status
    }
  }

  private func printed(_ mode: OutputMode, all: Bool = false) throws -> (results: String, messages: String) {
    let results = TerminalStream.memory(isTerminal: false)
    let messages = TerminalStream.memory(isTerminal: false)
    let view = ClusterStatusView(try status, history: RunHistory(in: "/nowhere"))
    try view.print(Output(mode: mode, results: results, messages: messages), showsAll: all)
    return (results.contents, messages.contents)
  }

  @Test("a line a machine, and below it what is wrong and what apply does about it")
  func table() throws {
    let (table, note) = try printed(.table)
    let lines = table.split(separator: "\n").map(String.init)
    let words = lines.map { $0.split(separator: " ").map(String.init) }
    #expect(words[0] == ["MACHINE", "ROLE", "ANSWER", "SERVICE", "SINCE", "NODE", "VERSION", "CHANGED", "DRIFT"])
    #expect(lines[1].contains("server,registry  OK      active") && lines[1].hasSuffix("none"), "\(lines[1])")
    #expect(lines[2].contains("failed, not enabled") && lines[2].contains("NotReady,SchedulingDisabled"))
    #expect(words[3] == ["w2", "agent", "FAILED", "-", "-", "missing", "-", "-", "-"])
    #expect(lines.contains("w1: its node is NotReady (NodeStatusUnknown); see 'kubectl describe node w1'"))
    #expect(lines.filter { $0 == "w1: apply makes systemd read its files again: they have changed" }.count == 3)
    #expect(lines.contains("w1: apply does 2 more; --all shows it"))
    #expect(lines.contains("w2: it refuses connections; start it"))
    #expect(note == "3 machines: 1 as planned and Ready, 2 not\n")
    let all = try printed(.table, all: true).results
    #expect(all.components(separatedBy: "read its files again").count == 6 && !all.contains("--all"))
  }

  @Test("programs get everything, and shell loops those that are not well")
  func programs() throws {
    let json = try JSONSerialization.jsonObject(with: Data(try printed(.json).results.utf8)) as? [String: Any]
    let machines = try #require(json?["machines"] as? [[String: Any]])
    #expect(json?["ok"] as? Bool == false)
    #expect(machines.map { $0["ok"] as? Bool } == [true, false, false])
    #expect(machines.map { $0["drift"] as? Int } == [0, 5, nil])
    #expect((machines[1]["actions"] as? [[String: Any]])?.first?["action"] as? String == "reload-units")
    let node = machines[1]["node"] as? [String: Any]
    #expect(
      node?["status"] as? String == "NotReady,SchedulingDisabled" && node?["missing_labels"] as? [String] == ["a=b"])
    #expect((machines[2]["error"] as? [String: Any])?["code"] as? String == "unreachable")
    #expect(machines[1]["changed_unix_ms"] as? Int == 1000)
    #expect(try printed(.quiet).results == "w1\nw2\n")
  }

  @Test("machines that nobody reaches are said, and the exit status is 1")
  func command() async throws {
    try await withFolder { folder in
      try write(ClusterPingTests.broken, to: folder + "/inv.toml")
      let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
      let said = await muster(
        ["cluster", "status", folder + "/inv.toml"], environment: ["PATH": path, "HOME": folder])
      #expect(said.status == 1)
      #expect(said.results.contains("b (no-such-machine.invalid): "), "\(said.results)")
      #expect(said.results.contains("not compared with a plan"), "\(said.results)")
      let missing = await muster(
        ["cluster", "status", folder + "/inv.toml", "--bundle", "/nowhere/at/all"],
        environment: ["PATH": path, "HOME": folder])
      #expect(missing.status == 1 && missing.results.isEmpty && missing.messages.contains("/nowhere/at/all"))
    }
  }
}
