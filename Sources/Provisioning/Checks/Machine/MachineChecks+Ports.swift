extension MachineChecks {
  mutating func checkPorts() {
    let needs = PortNeed.all(for: input.machines.map(\.settings), input.options).filter {
      $0.holders.contains(machine.name)
    }
    guard !needs.isEmpty else { return }
    checkPortsFree(needs)
    checkPortsOpen(needs)
  }

  private mutating func checkPortsFree(_ needs: [PortNeed]) {
    for need in needs {
      guard let holder = facts.listeners.first(where: { $0.port == need.port && !isOwn($0) }) else { continue }
      let who = holder.process?.text ?? "the kernel, or a process that cannot be seen,"
      var cure = "stop it and keep it from starting again"
      // What somebody has started over SSH is of the server's unit where systemd keeps no sessions; without that nobody gets in any more.
      if let unit = holder.process?.unit, unit.hasSuffix(".service"), !["ssh.service", "sshd.service"].contains(unit) {
        cure = "run 'systemctl disable --now \(unit)'"
      }
      if let setting = need.setting { cure += ", or set \(setting) to another port" }
      findings.problem(
        .portsFree, "\(need.port), needed for \(need.purpose), is taken by \(who) at \(holder.address)", cure: cure)
    }
    findings.okUnlessFound(.portsFree, "\(CheckWords.count(needs.count, "port"))")
  }

  /// Whether a k3s holds the port: that of Muster is to stay, and any other one is told of once, as another Kubernetes.
  private func isOwn(_ listener: PortListener) -> Bool {
    guard let process = listener.process else {
      // The kernel itself listens for the network between pods.
      return facts.runsK3s
    }
    return ["k3s.service", "k3s-agent.service", "kubepods"].contains(process.unit) || process.name.hasPrefix("k3s")
  }

  private mutating func checkPortsOpen(_ needs: [PortNeed]) {
    guard let tries = input.portTries else { return }
    let report = PortReport(machine: machine.name, needs: needs, tries: tries)
    for failure in report.failures { findings.problem(.portsOpen, failure.sentence, cure: failure.cure) }
    for gap in report.gaps {
      findings.warn(
        .portsOpen, gap,
        cure: "none is needed for a port of a cluster that runs; else see that the machines have python3 or perl")
    }
    findings.okUnlessFound(
      .portsOpen,
      report.callers == 0
        ? "no other machine needs any" : "open to \(CheckWords.count(report.callers, "other machine"))")
  }
}
