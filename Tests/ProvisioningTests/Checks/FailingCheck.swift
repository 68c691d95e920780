import MusterCore
import RemoteHosts
import Testing

@testable import Provisioning

/// One thing that can be wrong, and the check that finds it.
struct FailingCheck: Sendable, CustomTestStringConvertible {
  var kind: CheckKind
  var verdict: CheckVerdict
  var subject = CheckSubject.machine("w1")
  var inventory = Machines.three
  /// Part of the sentence.
  var words: String
  /// Other checks that fail of the same cause.
  var also: [CheckKind] = []
  var damage: @Sendable (inout CheckInput) -> Void

  var testDescription: String { "\(kind.name): \(verdict), \(words)" }

  static let all = ofCluster + ofHardware + ofIdentity + ofNetwork + ofKernel + ofSoftware + ofProvisioner

  /// Something is wrong with the facts of the worker w1.
  static func facts(
    _ kind: CheckKind, _ verdict: CheckVerdict, _ words: String, inventory: String = Machines.three,
    also: [CheckKind] = [], _ damage: @escaping @Sendable (inout MachineFacts) -> Void
  ) -> FailingCheck {
    FailingCheck(kind: kind, verdict: verdict, inventory: inventory, words: words, also: also) { input in
      input.change("w1") { facts, _ in damage(&facts) }
    }
  }

  static let ofCluster: [FailingCheck] = [
    FailingCheck(
      kind: .servers, verdict: .problem, subject: .cluster, inventory: "[worker]\nw1", words: "no machine runs"
    ) { _ in },
    FailingCheck(
      kind: .servers, verdict: .problem, subject: .cluster, inventory: "[driver]\nm1\nm2\n[worker]\nw1",
      words: "2 servers, m1 and m2"
    ) { _ in },
    FailingCheck(
      kind: .token, verdict: .problem, subject: .cluster,
      inventory: "[driver]\nm1 convect_token=a\n[worker]\nw1 convect_token=b\nw2 convect_token=a",
      words: "the token of w1"
    ) { _ in },
    FailingCheck(
      kind: .bundle, verdict: .problem, subject: .cluster, words: "there is no k3s for arm64",
    ) { $0.bundle?.problems = ["there is no k3s for arm64"] },
    FailingCheck(
      kind: .role, verdict: .warning, subject: .machine("x"), inventory: "x\n[driver]\nm1\n[worker]\nw1",
      words: "none of the groups"
    ) { _ in },
    FailingCheck(kind: .ssh, verdict: .problem, words: "refuses connections") {
      $0.machines[1].answer = .unreachable(RemoteHostError(.unreachable, "w1 refuses connections"))
    },
    FailingCheck(kind: .ssh, verdict: .problem, words: "cannot be used") {
      $0.machines[1].answer = .meaningless(ProvisioningError(.badAnswer, "what w1 answered cannot be used"))
    },
    FailingCheck(kind: .root, verdict: .problem, words: "wants a password") {
      $0.machines[1].answer = .unreachable(RemoteHostError(.root, "sudo of w1 wants a password"))
    },
    facts(.root, .problem, "user number 1000") { $0.userID = 1000 },
  ]

  static let ofHardware: [FailingCheck] = [
    facts(.system, .problem, "Debian GNU/Linux 10") {
      $0.system = SystemRelease(id: "debian", version: "10", name: "Debian GNU/Linux 10 (buster)")
    },
    FailingCheck(kind: .system, verdict: .warning, words: "alpine 3.20 is not supported") {
      $0.options.isForced = true
      $0.change("w1") { facts, _ in facts.system = SystemRelease(id: "alpine", version: "3.20") }
    },
    facts(.architecture, .problem, "i686") { $0.architecture = "i686" },
    facts(.systemd, .problem, "does not run systemd") { $0.systemdVersion = nil },
    facts(.cores, .warning, "1 core, fewer") { $0.cores = 1 },
    FailingCheck(kind: .cores, verdict: .problem, subject: .machine("m1"), words: "a server needs 2") {
      $0.change("m1") { facts, _ in facts.cores = 1 }
    },
    facts(.memory, .warning, "less than the 4 GB") { $0.memory = 2_000_000_000 },
    facts(.memory, .problem, "an agent needs 512 MB") { $0.memory = 256_000_000 },
    FailingCheck(kind: .memory, verdict: .problem, subject: .machine("m1"), words: "1.5 GB of memory, and a server") {
      $0.change("m1") { facts, _ in facts.memory = 1_500_000_000 }
    },
    facts(.disk, .problem, "can only be read") { $0.disks[0].isReadOnly = true },
    facts(.disk, .problem, "noexec") { $0.disks[3].isNoExec = true },
    facts(.disk, .problem, "has 90 MB free") { $0.disks[3].free = 90_000_000 },
    FailingCheck(kind: .disk, verdict: .problem, subject: .machine("m1"), words: "1.1 GB are needed") {
      $0.change("m1") { facts, _ in facts.disks[3].free = 1_000_000_000 }
    },
    facts(.disk, .problem, "only 12 more files") { $0.disks[3].freeFiles = 12 },
    facts(.disk, .warning, "less than the 10 GB") {
      $0.disks[3].size = 8_000_000_000; $0.disks[3].free = 7_000_000_000
    },
    facts(.disk, .warning, "less than 5 %") { $0.disks[3].free = 4_000_000_000 },
    facts(.disk, .warning, "cannot be read") { $0.disks = [] },
  ]

  static let ofIdentity: [FailingCheck] = [
    facts(.hostName, .problem, "'localhost' cannot be") { $0.hostName = "localhost" },
    facts(.hostName, .problem, "'my_box' cannot be") { $0.hostName = "my_box" },
    facts(.hostName, .problem, "is also that of w2") { $0.hostName = "W2" },
    facts(.machineID, .problem, "no machine id") { $0.machineID = "" },
    facts(.machineID, .problem, "as in copies of one disk") { $0.machineID = String(repeating: "0", count: 31) + "1" },
    facts(.machineID, .problem, "the same machine as m1", also: [.hostName, .interface]) {
      $0 = Machines.facts("m1", 1)
    },
    FailingCheck(kind: .clock, verdict: .problem, words: "1 min 30 s ahead of most") {
      $0.change("w1") { _, reading in reading.clockOffset = .seconds(90) }
    },
    FailingCheck(kind: .clock, verdict: .problem, subject: .provisioner, words: "40 s behind of most") {
      for name in ["m1", "w1", "w2"] { $0.change(name) { _, reading in reading.clockOffset = .seconds(40) } }
      $0.provisioner?.clockOffset = .zero
    },
    FailingCheck(kind: .clock, verdict: .warning, words: "took 1 min 20 s") {
      $0.change("w1") { _, reading in
        reading.clockOffset = .seconds(35)
        reading.clockDoubt = .seconds(40)
      }
    },
    facts(.tools, .problem, "the program 'sysctl' is missing") { $0.tools["sysctl"] = nil },
    facts(.tools, .problem, "'tar' and 'sha256sum' are missing") {
      $0.tools["tar"] = nil; $0.tools["sha256sum"] = nil
    },
  ]
}

extension CheckInput {
  /// Changes what a machine said.
  mutating func change(_ name: String, _ change: (inout MachineFacts, inout MachineReading) -> Void) {
    for index in machines.indices where machines[index].name == name {
      guard case .reading(var reading) = machines[index].answer else { continue }
      var facts = reading.facts
      change(&facts, &reading)
      reading.facts = facts
      machines[index].answer = .reading(reading)
    }
  }
}
