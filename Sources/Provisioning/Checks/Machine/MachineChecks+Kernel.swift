extension MachineChecks {
  mutating func checkKernel() {
    if facts.swaps.isEmpty {
      findings.ok(.swap, "none")
    } else {
      let size = facts.swaps.reduce(Int64(0)) { $0.addingReportingOverflow($1.size).partialValue }
      findings.warn(
        .swap,
        "it swaps to \(CheckWords.list(facts.swaps.map(\.device))) (\(CheckWords.size(size))), which makes limits of memory soft",
        cure: "run 'swapoff -a' and take the lines away from /etc/fstab, if pods must not become slow")
    }
    checkCgroups()
    checkModules()
  }

  /// What the kernel lacks in a container is for those to give who run the container; it may be there all the same.
  private mutating func complain(_ kind: CheckKind, _ sentence: String, cure: String) {
    if let container = facts.container {
      findings.warn(
        kind, "\(sentence); the machine is a container (\(container))", cure: "let who runs the container give it these"
      )
    } else {
      findings.problem(kind, sentence, cure: cure)
    }
  }

  private mutating func checkCgroups() {
    let needed = ["cpu", "cpuset", "memory", "pids"]
    guard let cgroups = facts.cgroups else {
      return complain(.cgroups, "the kernel has no cgroups", cure: "start a kernel of the system's own packages")
    }
    let missing = needed.filter { !cgroups.controllers.contains($0) }
    if missing.isEmpty { return findings.ok(.cgroups, "version \(cgroups.version)") }
    complain(
      .cgroups, "the kernel does not limit \(CheckWords.list(missing)) (cgroups of version \(cgroups.version))",
      cure: "add 'cgroup_memory=1 cgroup_enable=memory' to the kernel's command line, and start the machine anew")
  }

  private mutating func checkModules() {
    let missing = Preflight.modules.filter { facts.modules[$0] ?? .absent == .absent }
    if missing.isEmpty { return findings.ok(.modules, "all are there") }
    if let package = machine.comingPackages.first(where: { $0.contains("-modules-extra-") }) {
      return findings.ok(.modules, "\(CheckWords.list(missing)) with \(package)")
    }
    complain(
      .modules, "the kernel \(facts.kernel) does not have \(CheckWords.list(missing))",
      cure: facts.hasModuleFolder
        ? "install 'linux-modules-extra-\(facts.kernel)' (kernel-modules-extra on RHEL)"
        : "start the machine anew, as the modules of the running kernel are no longer on its disk")
  }

  mutating func checkSecurity() {
    switch facts.seLinux.mode {
    case .enforcing where machine.comingPackages.contains("k3s-selinux"):
      findings.ok(.seLinux, "enforcing, and the rules for k3s come with k3s-selinux")
    case .enforcing where !facts.seLinux.hasPolicy:
      findings.problem(
        .seLinux, "SELinux enforces rules, and those for k3s are missing",
        cure:
          "install the packages container-selinux and k3s-selinux, or set SELINUX=permissive in /etc/selinux/config and "
          + "start anew")
    case let mode: findings.ok(.seLinux, mode.rawValue)
    }
    let networks = [input.options.podNetwork, input.options.serviceNetwork]
    if facts.units["firewalld"] == "active" {
      findings.warn(
        .firewall, "firewalld runs and may stop pods from reaching each other",
        cure: "let it trust the cluster ("
          + networks.map { "'firewall-cmd --permanent --zone=trusted --add-source=\($0)'" }.joined(separator: ", ")
          + "), or switch it off")
    }
    if facts.isUFWEnabled {
      findings.warn(
        .firewall, "ufw is switched on and may stop pods from reaching each other",
        cure: "let it trust the cluster (" + networks.map { "'ufw allow from \($0) to any'" }.joined(separator: ", ")
          + "), or switch it off")
    }
    findings.okUnlessFound(.firewall, "none")
  }
}
