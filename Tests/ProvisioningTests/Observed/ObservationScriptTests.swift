import Foundation
import MusterCore
import Testing

@testable import Provisioning

@Suite("The script that looks at a machine")
struct ObservationScriptTests {
  private func script() throws -> String {
    let wanted = try #require(try PlanFixture.wanted(PlanFixture.three)["m1"])
    return ObservationScript.text(wanted, asksCluster: true)
  }

  @Test("a bare machine has nothing", arguments: LocalMachine.shells)
  func bare(shell: [String]) throws {
    let script = try script()
    try LocalMachine.with { machine in
      let answer = try machine.run(shell, script)
      let observed = try ObservationAnswer.read(answer, of: "m1")
      #expect(observed.files == [:] && observed.record == nil && observed.configuration == nil)
      #expect(observed.store == .none && observed.nodes == nil && observed.started == [:])
      #expect(observed.units.count == 2)
      // Of a number of several digits, all.
      let panic = try String(contentsOfFile: "/proc/sys/kernel/pid_max", encoding: .utf8)
      var wanted = try #require(try PlanFixture.wanted(PlanFixture.three)["m1"])
      wanted.sysctls = ["kernel.pid_max": "1"]
      let asked = try machine.run(shell, ObservationScript.text(wanted, asksCluster: false))
      let read = try ObservationAnswer.read(asked, of: "m1").sysctls
      #expect(read == ["kernel.pid_max": panic.filter { !$0.isWhitespace }])
    }
  }

  @Test("what is there is seen, and what is verified is not read again", arguments: LocalMachine.shells)
  func full(shell: [String]) throws {
    let script = try script()
    try LocalMachine.with { machine in
      try machine.write("/usr/local/bin/k3s", "#!/bin/sh\n", mode: 0o755)
      try machine.write("/etc/rancher/k3s/config.yaml", "node-ip: \"1\"\n", mode: 0o600)
      try machine.write("/etc/sysctl.d/90-muster.conf", "a=b\n")
      try machine.write("/var/lib/muster/record", "muster-record 1 .\nnew /usr/local/bin/k3s .\nnew /torn")
      try machine.write("/var/lib/muster/started/k3s.service", "abc\n")
      try machine.write("/var/lib/muster/marks", "label w1 a=b .\n")
      try machine.write("/var/lib/rancher/k3s/server/token", "x")
      try FileManager.default.createSymbolicLink(
        atPath: machine.root + "/usr/local/bin/ctr", withDestinationPath: "somewhere else")
      let first = try ObservationAnswer.read(try machine.run(shell, script), of: "m1")
      #expect(first.files["/usr/local/bin/k3s"]?.digest == FileDigest.text("#!/bin/sh\n".utf8))
      #expect(first.files["/usr/local/bin/k3s"]?.mode == 0o755)
      #expect(first.configuration == Secret(Array("node-ip: \"1\"\n".utf8)))
      #expect(first.record?.changes == [.newFile("/usr/local/bin/k3s")])
      #expect(first.started == ["k3s.service": "abc"])
      #expect(first.marks == [NodeMark(.label, node: "w1", key: "a", value: "b")])
      #expect(first.store == .token)
      // A server that tries to join has the folder of its store, and no data in it.
      try machine.write("/var/lib/rancher/k3s/server/db/etcd/name", "m1")
      #expect(try ObservationAnswer.read(try machine.run(shell, script), of: "m1").store == .token)
      try machine.write("/var/lib/rancher/k3s/server/db/etcd/member/wal/0.wal", "")
      #expect(try ObservationAnswer.read(try machine.run(shell, script), of: "m1").store == .etcd)
      #expect(first.links["/usr/local/bin/ctr"] == "somewhere else")
      #expect(first.commands["ctr"]?.contains("/usr/local/bin/ctr") == true)
      #expect(first.directories.contains("/etc/rancher/k3s"))

      // The digest that stands there is believed as long as size and times are the same.
      let claimed = String(repeating: "cd", count: 32)
      let stat = try machine.run(shell, "stat -c '\(claimed) %s %Y %Z %n' /usr/local/bin/k3s")
      try machine.write("/var/lib/muster/verified", stat.outputText.replacing("/usr", with: machine.root + "/usr"))
      let second = try ObservationAnswer.read(try machine.run(shell, script), of: "m1")
      #expect(second.files["/usr/local/bin/k3s"]?.digest == claimed)
      try machine.write("/usr/local/bin/k3s", "#!/bin/sh\n#\n", mode: 0o755)
      let third = try ObservationAnswer.read(try machine.run(shell, script), of: "m1")
      #expect(third.files["/usr/local/bin/k3s"]?.digest == FileDigest.text("#!/bin/sh\n#\n".utf8))
    }
  }

  @Test("the record alone is read for a reset", arguments: LocalMachine.shells)
  func record(shell: [String]) throws {
    try LocalMachine.with { machine in
      try machine.write("/var/lib/muster/record", "muster-record 1 .\npackage ipset .\n")
      let answer = try machine.run(shell, ObservationScript.recordScript().text)
      #expect(try ObservationAnswer.read(answer, of: "m1").record?.changes == [.package("ipset")])
    }
  }

  @Test(
    "what a run that was cut has left of Muster's own is seen without a record",
    arguments: ["/run/muster/lock", "/var/lib/muster/record.new", ""])
  func remains(path: String) throws {
    try LocalMachine.with { machine in
      if !path.isEmpty { try machine.write(path, "") }
      let answer = try machine.run(["/bin/sh"], ObservationScript.recordScript().text)
      let observed = try ObservationAnswer.read(answer, of: "m1")
      #expect(observed.hasRemains == !path.isEmpty && observed.record == nil)
    }
  }

  @Test("no secret stands in it")
  func secrets() throws {
    #expect(!(try script()).contains(PlanFixture.token))
  }
}
