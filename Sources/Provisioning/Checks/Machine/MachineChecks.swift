import Inventory
import RemoteHosts

/// Checks of one machine.
struct MachineChecks {
  let machine: CheckedMachine
  let reading: MachineReading
  let input: CheckInput
  let survey: Survey
  var findings: Findings

  var facts: MachineFacts { reading.facts }
  var settings: MachineSettings { machine.settings }
  /// Whether a k3s is there that Muster made.
  var hasOwnCluster: Bool { facts.hasMusterRecord && facts.kubernetes.contains { $0.kind == "k3s" } }

  static func results(of machine: CheckedMachine, _ input: CheckInput, _ survey: Survey) -> [CheckResult] {
    var findings = Findings(.machine(machine.name))
    role(machine, &findings)
    switch machine.answer {
    case .unreachable(let error): unreachable(error, machine, &findings)
    case .meaningless(let error):
      findings.problem(.ssh, error.message, cure: "log in by hand and see what a shell prints there")
    case .reading(let reading):
      var checks = MachineChecks(machine: machine, reading: reading, input: input, survey: survey, findings: findings)
      checks.checkAll()
      return checks.findings.results
    }
    return findings.results
  }

  private static func role(_ machine: CheckedMachine, _ findings: inout Findings) {
    let roles = MachineRole.allCases.filter { machine.settings.roles.contains($0) }
    if roles.isEmpty {
      findings.warn(
        .role, "it is in none of the groups that make a cluster, and is left alone",
        cure: "put it into 'driver' or 'worker' (or 'server', 'agent')")
    } else {
      findings.ok(.role, roles.map(\.rawValue).joined(separator: " and "))
    }
  }

  private static func unreachable(_ error: RemoteHostError, _ machine: CheckedMachine, _ findings: inout Findings) {
    if error.code == .root {
      findings.ok(.ssh, "the login works")
      findings.problem(
        .root, error.message, cure: "let the user become root: a line in /etc/sudoers.d, or --ask-become-pass")
    } else {
      findings.problem(
        .ssh, error.message,
        cure: "see that 'ssh \(machine.settings.ssh.host)' works with the settings of the inventory")
    }
  }

  private mutating func checkAll() {
    findings.ok(.ssh, "answers")
    checkRoot()
    checkNames()
    survey.checkClock(reading, &findings)
    checkSystem()
    checkTools()
    checkDisks()
    checkPackages()
    checkPorts()
    guard machine.isNode else { return }
    checkSize()
    checkNetwork()
    checkKernel()
    checkSecurity()
    checkKubernetes()
    checkContainers()
    checkGPU()
  }

  private mutating func checkRoot() {
    if facts.userID == 0 {
      findings.ok(.root, "the user becomes root")
    } else {
      findings.problem(
        .root, "scripts run as the user number \(facts.userID), not as root",
        cure: "log in as a user who may use sudo, or as root")
    }
  }
}
