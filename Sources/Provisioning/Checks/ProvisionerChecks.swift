/// Checks of the machine on which Muster runs.
struct ProvisionerChecks {
  /// What is looked at on it: where bundles and records are.
  static let paths = ["/"]

  private(set) var results: [CheckResult] = []

  init(_ reading: MachineReading, _ survey: Survey) {
    var findings = Findings(.provisioner)
    let facts = reading.facts
    findings.ok(.cores, CheckWords.count(facts.cores, "core"))
    if facts.memory < Minimums.guideMemory {
      findings.warn(
        .memory, "this machine has \(CheckWords.size(facts.memory)) of memory, less than 4 GB",
        cure: "close what takes memory here, or work from a larger machine")
    } else {
      findings.ok(.memory, CheckWords.size(facts.memory))
    }
    Self.disk(facts, &findings)
    survey.checkClock(reading, &findings)
    Self.client(facts, &findings)
    Self.wsl(facts, &findings)
    results = findings.results
  }

  private static func disk(_ facts: MachineFacts, _ findings: inout Findings) {
    guard let disk = facts.disks.min(by: { $0.size < $1.size }) else {
      return findings.warn(.disk, "the size of this machine's disk cannot be read", cure: "see that 'stat -f /' works")
    }
    let text = "\(CheckWords.size(disk.size)) at \(disk.mount), \(CheckWords.size(disk.free)) free"
    if disk.size < Minimums.provisionerDisk {
      findings.warn(.disk, "\(text); artifacts may need up to 25 GB", cure: "keep the bundle on a larger disk")
    } else {
      findings.ok(.disk, text)
    }
  }

  private static func client(_ facts: MachineFacts, _ findings: inout Findings) {
    guard facts.tools["ssh"] != nil else {
      return findings.problem(
        .sshClient, "this machine has no SSH client",
        cure: "install the package openssh-client (openssh-clients on RHEL)")
    }
    findings.ok(.sshClient, facts.sshClient ?? "there")
  }

  private static func wsl(_ facts: MachineFacts, _ findings: inout Findings) {
    switch facts.wsl {
    case 1:
      findings.warn(
        .wsl, "this is WSL 1, which is slow with many files and has no kernel of its own",
        cure: "change to WSL 2 ('wsl --set-version NAME 2'), and keep keys under the Linux home, as files under /mnt/c "
          + "cannot be for you alone")
    case 2:
      findings.warn(
        .wsl, "this is WSL 2, whose clock falls behind when Windows sleeps",
        cure:
          "after a sleep run 'sudo hwclock -s', and keep keys and the bundle under the Linux home, as files under /mnt/c are "
          + "slow and cannot be for you alone")
    default: findings.ok(.wsl, "this is no WSL")
    }
  }
}
