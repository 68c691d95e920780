extension MachineChecks {
  mutating func checkKubernetes() {
    let kinds = facts.kubernetes.reduce(into: [String]()) { if !$0.contains($1.kind) { $0.append($1.kind) } }
    for kind in kinds where kind != "k3s" {
      let path = facts.kubernetes.first { $0.kind == kind }?.path ?? ""
      findings.problem(
        .kubernetes, "another Kubernetes, \(kind), is or was there (\(path))", cure: Self.removal(of: kind))
    }
    for unit in ["kubelet"] where kinds.isEmpty && facts.units[unit] == "active" {
      findings.problem(
        .kubernetes, "another Kubernetes runs there (\(unit).service)", cure: "run 'systemctl disable --now \(unit)'")
    }
    let k3s = facts.kubernetes.filter { $0.kind == "k3s" }
    if hasOwnCluster { return findings.ok(.kubernetes, "k3s, made by Muster") }
    guard let sign = k3s.first else { return findings.okUnlessFound(.kubernetes, "none") }
    guard k3s.contains(where: { !$0.path.hasSuffix("/bin/k3s") }) else {
      return findings.warn(
        .kubernetes, "a program \(sign.path) is there, and nothing else of a k3s; it may be replaced")
    }
    let uninstaller = facts.uninstallers.first.map { "run '\($0)' there" }
    findings.problem(
      .kubernetes, "a k3s that Muster did not make is or was there (\(sign.path))",
      cure: (uninstaller ?? "save what it holds, and take it away") + ", then check again")
  }

  private static func removal(of kind: String) -> String {
    switch kind {
    case "kubeadm": "run 'kubeadm reset' there, then delete /etc/kubernetes and /var/lib/kubelet"
    case "RKE2": "run 'rke2-uninstall.sh' there"
    case "MicroK8s": "run 'snap remove --purge microk8s' there"
    case "k0s": "run 'k0s stop' and 'k0s reset' there"
    default: "take it away as its own guide says"
    }
  }

  mutating func checkContainers() {
    var found: [String] = []
    if facts.tools["docker"] != nil || facts.units["docker"] == "active" { found.append("Docker") }
    if facts.tools["containerd"] != nil || facts.units["containerd"] == "active" { found.append("containerd") }
    findings.ok(
      .containers,
      found.isEmpty ? "none" : "\(CheckWords.list(found)) \(found.count == 1 ? "is" : "are") there and kept")
  }

  mutating func checkPackages() {
    if let lock = facts.packageLocks.first {
      let who = lock.processName.isEmpty ? "a process" : lock.processName
      findings.problem(
        .packageLock, "\(who) (process \(lock.processID)) holds \(lock.path), so no package can be installed",
        cure: "wait until it ends (as unattended-upgrades does), then check again")
    } else if facts.isPackageWorkInterrupted, facts.hasMusterRecord {
      findings.ok(.packageLock, "an installation broke off, which apply finishes")
    } else if facts.isPackageWorkInterrupted {
      findings.problem(
        .packageLock, "an installation of packages broke off", cure: "run 'dpkg --configure -a' there")
    } else {
      findings.ok(.packageLock, "nobody holds one")
    }
    // "None" beside something that is wished for would read as a contradiction.
    if machine.wishedPackages == nil || machine.packages != PackageOrigin.none { checkOrigin(machine.packages) }
    switch machine.wishedPackages {
    case nil, .some(.none), .bundle: break
    case .ownSources(let names):
      findings.ok(.packages, "\(CheckWords.list(names)) from the machine's own sources, which work")
    case .nowhere(let names, let why), .unknown(let names, let why):
      findings.warn(
        .packages,
        "\(Self.notInBundle(names)), and cannot be had from the machine's own sources: \(why); the cluster runs without",
        cure: "put the packages into the folder docker/ of the bundle, mend the sources, or set install_docker=false")
    }
  }

  private static func notInBundle(_ names: [String]) -> String {
    "\(CheckWords.list(names)) \(names.count == 1 ? "is" : "are") not in the bundle"
  }

  private mutating func checkOrigin(_ origin: PackageOrigin?) {
    let folder = "put the packages for \(facts.system.id)-\(facts.system.version) into the bundle"
    switch origin {
    case nil: break
    case .some(.none): findings.ok(.packages, "needs none")
    case .bundle: findings.ok(.packages, "from the bundle")
    case .ownSources(let names):
      findings.ok(.packages, "\(CheckWords.list(names)) from the machine's own sources, which work")
    case .nowhere(let names, let why):
      findings.problem(
        .packages, "\(Self.notInBundle(names)), and cannot be had from the machine's own sources: \(why)",
        cure: "\(folder), or mend the machine's sources")
    case .unknown(let names, let why):
      findings.warn(
        .packages, "\(Self.notInBundle(names)), and the machine's own sources could not be tried: \(why)", cure: folder)
    }
  }
}
