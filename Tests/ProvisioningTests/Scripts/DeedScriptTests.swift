import Foundation
import MusterCore
import RemoteHosts
import Testing

@testable import Provisioning

@Suite("The scripts that do deeds")
struct DeedScriptTests {
  private static let deeds: [MachineDeed] = {
    let wanted = (try? PlanFixture.wanted(PlanFixture.five, wishes: PlanFixture.wishes(taints: true)))?.machines ?? []
    let plan = ClusterPlanner.plan(
      WantedCluster(machines: wanted, founder: "m1", remarks: []),
      Dictionary(uniqueKeysWithValues: wanted.map { ($0.name, ObservedMachine()) }))
    let more: [MachineDeed] = [
      .removeTraces(MachinePlaces.traces), .closeRecord, .retire("k3s.service"), .forgetNode("w1"),
      .removePackages(["ipset"]), .undo(.sysctl("kernel.panic", before: "0")), .undo(.replacedFile("/etc/a")),
      .undo(.directory("/etc/a")), .undo(.link("/etc/a")), .undo(.module("overlay")),
      .installOwn(OwnPackages(["docker.io", "kmod"], .apt, sets: [.docker, .base]), forgets: ["k3s.service"]),
      .installOwn(OwnPackages(["k3s-selinux"], .dnf, sets: [.base]), forgets: []),
      .mendPackages(["kmod"]), .rememberSources("12-34"), .undo(.place("/var/lib/docker")), .undo(.account("docker")),
      .undo(.forwarding("none")),
      .mark(node: "w1", give: [], take: [NodeMark(.taint, node: "w1", key: "a", value: "b:NoSchedule")]),
    ]
    return plan.actions.map(\.deed) + more
  }()

  @Test("every shell reads every script", arguments: LocalMachine.shells)
  func syntax(shell: [String]) throws {
    try LocalMachine.with { machine in
      let all = Self.deeds.map { "(\n\(DeedScript.script($0).text)\n)\n" }.joined()
      let answer = try machine.run(shell, "if false; then\n\(all)\nfi\n")
      #expect(answer.status == 0, "\(answer.errorText)")
    }
  }

  @Test("no secret stands in a script")
  func secrets() {
    #expect(Self.deeds.allSatisfy { !DeedScript.script($0).text.contains(PlanFixture.token) })
  }

  @Test("files are put, kept and put back, however often a script runs", arguments: LocalMachine.shells)
  func files(shell: [String]) throws {
    try LocalMachine.with { machine in
      func act(_ deed: MachineDeed, _ input: [UInt8] = []) throws {
        for _ in 0..<2 {
          let answer = try machine.run(shell, DeedScript.script(deed).text, input: input)
          #expect(answer.status == 0, "\(deed): \(answer.errorText)")
        }
      }
      try machine.write("/etc/old", "before", mode: 0o640)
      try act(.openRecord)
      try act(.makeFolders([WantedDirectory("/etc/rancher"), WantedDirectory("/etc/rancher/k3s", mode: 0o700)]))
      let old = WantedFile("/etc/old", text: "after\n", purpose: "a file")
      let new = WantedFile("/etc/rancher/k3s/config.yaml", text: "a: b\n", mode: 0o600, purpose: "a file")
      try machine.write("/var/lib/muster/started/k3s.service", "x\n")
      try act(.put(old, forgets: ["k3s.service"]), Array("after\n".utf8))
      try act(.put(new, forgets: []), Array("a: b\n".utf8))
      #expect(machine.text("/etc/old") == "after\n" && machine.text("/etc/rancher/k3s/config.yaml") == "a: b\n")
      #expect(machine.text("/var/lib/muster/started/k3s.service") == nil)

      let observed = try ObservationAnswer.read(
        try machine.run(shell, ObservationScript.recordScript().text), of: "m1")
      let lines = observed.record?.changes.filter { if case .trace = $0 { false } else { true } } ?? []
      #expect(
        lines.map { $0.text.replacing(machine.root, with: "") } == [
          "dir /etc/rancher", "dir /etc/rancher/k3s", "kept /etc/old", "new /etc/rancher/k3s/config.yaml",
        ])
      for line in lines.reversed() { try act(.undo(line)) }
      #expect(machine.text("/etc/old") == "before")
      let mode = try FileManager.default.attributesOfItem(atPath: machine.root + "/etc/old")[.posixPermissions] as? Int
      #expect(mode == 0o640)
      #expect(!FileManager.default.fileExists(atPath: machine.root + "/etc/rancher"))
      try act(.closeRecord)
      #expect(!FileManager.default.fileExists(atPath: machine.root + "/var/lib/muster"))
    }
  }

  @Test("what arrives damaged takes nobody's place", arguments: LocalMachine.shells)
  func damaged(shell: [String]) throws {
    try LocalMachine.with { machine in
      try machine.write("/etc/old", "before")
      _ = try machine.run(shell, DeedScript.script(.openRecord).text)
      let file = WantedFile("/etc/old", text: "wanted", purpose: "a file")
      for input in ["others", "want", ""].map({ Array($0.utf8) }) {
        let answer = try machine.run(shell, DeedScript.script(.put(file, forgets: [])).text, input: input)
        #expect(answer.status != 0 && !answer.errors.isEmpty)
        #expect(machine.text("/etc/old") == "before")
      }
    }
  }

  @Test("without a record nothing is changed", arguments: LocalMachine.shells)
  func noRecord(shell: [String]) throws {
    try LocalMachine.with { machine in
      let answer = try machine.run(shell, DeedScript.script(.makeFolders([WantedDirectory("/etc/rancher")])).text)
      #expect(answer.status == 1)
      #expect(answer.errorText.contains("there is no record"))
    }
  }
}
