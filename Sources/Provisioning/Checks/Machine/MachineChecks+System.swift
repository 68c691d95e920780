extension MachineChecks {
  mutating func checkSystem() {
    let system = facts.system
    if let support = SystemSupport.of(system) {
      findings.ok(.system, "\(system.text), \(support)")
    } else if input.options.isForced {
      findings.warn(.system, "\(system.text) is not supported, and is used because that was forced")
    } else {
      findings.problem(
        .system, "\(system.text) is not supported, only \(SystemSupport.text)",
        cure: "install one of these, or force it with --force")
    }
    let known = ["x86_64", "aarch64", "armv7l"]
    if known.contains(facts.architecture) {
      findings.ok(.architecture, facts.architecture)
    } else {
      findings.problem(
        .architecture, "k3s is not made for \(facts.architecture), only for \(CheckWords.list(known))",
        cure: "take this machine out of the inventory, or install a 64-bit system on it")
    }
    guard machine.isNode else { return }
    if let version = facts.systemdVersion {
      findings.ok(.systemd, version > 0 ? "systemd \(version)" : "systemd")
    } else {
      findings.problem(
        .systemd, "the machine does not run systemd, which keeps k3s running",
        cure: facts.wsl == nil
          ? "install a system with systemd" : "write 'systemd=true' under [boot] in /etc/wsl.conf, and restart WSL")
    }
  }

  mutating func checkTools() {
    let packages = [
      ("tar", "tar"), ("sha256sum", "coreutils"), ("ip", "iproute2 (iproute on RHEL)"), ("modprobe", "kmod"),
      ("sysctl", "procps (procps-ng on RHEL)"),
    ]
    let missing = packages.filter { facts.tools[$0.0] == nil && !machine.comingPackages.contains($0.1) }
    if missing.isEmpty { return findings.ok(.tools, "all programs are there") }
    findings.problem(
      .tools,
      missing.count == 1
        ? "the program '\(missing[0].0)' is missing"
        : "the programs \(CheckWords.list(missing.map { "'\($0.0)'" })) are missing",
      cure: "install \(CheckWords.list(missing.map(\.1)))")
  }

  mutating func checkSize() {
    let cores = CheckWords.count(facts.cores, "core")
    if machine.isServer, facts.cores < Minimums.serverCores {
      findings.problem(
        .cores, "it has \(cores), and a server needs \(Minimums.serverCores)",
        cure: "give it more, or make another machine the server")
    } else if facts.cores < Minimums.guideCores {
      findings.warn(
        .cores, "it has \(cores), fewer than the \(Minimums.guideCores) that are advised", cure: "give it more")
    } else {
      findings.ok(.cores, cores)
    }
    let memory = CheckWords.size(facts.memory)
    if facts.memory < (machine.isServer ? Minimums.serverMemory : Minimums.agentMemory) {
      findings.problem(
        .memory,
        "it has \(memory) of memory, and \(machine.isServer ? "a server needs 2 GB" : "an agent needs 512 MB")",
        cure: "give it more")
    } else if facts.memory < Minimums.guideMemory {
      findings.warn(.memory, "it has \(memory) of memory, less than the 4 GB that are advised", cure: "give it more")
    } else {
      findings.ok(.memory, memory)
    }
  }
}
