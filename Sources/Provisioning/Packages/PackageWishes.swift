import Inventory

/// What a machine needs of packages, beyond what a bundle brings anyway.
///
/// k3s brings almost everything itself: containerd, runc, CNI programs, iptables, conntrack, ipset. Of the system it needs modprobe; where
/// AppArmor confines programs, its parser, as no container starts without; and where SELinux does, the rules for k3s. On a machine
/// with a GPU, NVIDIA's toolkit and driver; Docker where it is wished, which the cluster itself does not need.
public struct PackageWishes: Sendable, Hashable {
  /// Nil: none is known there.
  public var manager: PackageManager?
  public var needs: [PackageNeed]
  /// Where Docker's packages come from, if not from the sources that the machine has (`docker_repo`).
  public var repository: PackageRepository?
  /// Why `docker_repo` cannot be used, as the end of a sentence.
  public var fault: String?

  public init(
    manager: PackageManager? = nil, needs: [PackageNeed] = [], repository: PackageRepository? = nil,
    fault: String? = nil
  ) {
    self.manager = manager
    self.needs = needs
    self.repository = repository
    self.fault = fault
  }

  /// What a machine says of itself decides; what it has is not wished for.
  public init(_ settings: MachineSettings, _ facts: MachineFacts) {
    self.init(manager: PackageManager(facts))
    guard settings.isNode else { return }
    needs += Self.system(facts)
    needs += Self.kernel(facts)
    if settings.hasGPU { needs += Self.gpu(settings, facts) }
    if settings.installsDocker { addDocker(settings, facts) }
  }

  private static func system(_ facts: MachineFacts) -> [PackageNeed] {
    var needs: [PackageNeed] = []
    if facts.tools["modprobe"] == nil {
      needs.append(PackageNeed(["kmod"], .base, reason: "k3s and Muster load kernel modules with modprobe"))
    }
    if facts.hasAppArmor, facts.tools["apparmor_parser"] == nil {
      needs.append(
        PackageNeed(["apparmor"], .base, reason: "with AppArmor on, no container starts without apparmor_parser"))
    }
    if facts.seLinux.mode == .enforcing, !facts.seLinux.hasPolicy, PackageManager(facts) == .dnf {
      needs.append(
        PackageNeed(["k3s-selinux"], .base, reason: "SELinux is enforcing, and has no rules for k3s"))
    }
    return needs
  }

  /// Ubuntu's and RHEL's kernels keep some modules in a package of their own.
  private static func kernel(_ facts: MachineFacts) -> [PackageNeed] {
    let missing = Preflight.modules.filter { facts.modules[$0] ?? .absent == .absent }
    guard !missing.isEmpty, facts.hasModuleFolder, facts.container == nil else { return [] }
    let name: String
    switch PackageManager(facts) {
    case .apt where facts.system.id == "ubuntu": name = "linux-modules-extra-\(facts.kernel)"
    case .dnf: name = "kernel-modules-extra-\(facts.kernel)"
    default: return []
    }
    guard PackageManager.isName(name) else { return [] }
    return [
      PackageNeed([name], .base, reason: "the kernel does not have \(missing.joined(separator: " and ")) without it")
    ]
  }

  private static func gpu(_ settings: MachineSettings, _ facts: MachineFacts) -> [PackageNeed] {
    var needs: [PackageNeed] = []
    let hasDriver = facts.nvidiaDriver != nil || facts.tools["nvidia-smi"] != nil
    if !hasDriver, settings.installsNvidiaDriver, !facts.gpus.isEmpty {
      let isApt = PackageManager(facts) == .apt
      let headers = (isApt ? "linux-headers-" : "kernel-devel-") + facts.kernel
      if PackageManager.isName(headers) {
        needs.append(
          PackageNeed([headers], .nvidiaDriver, reason: "NVIDIA's driver is built for the kernel that runs"))
      }
      needs.append(
        PackageNeed(
          facts.system.id == "ubuntu" ? ubuntuDrivers : ["nvidia-driver", "cuda-drivers"], .nvidiaDriver,
          reason: "the machine has a GPU of NVIDIA's and no driver for it"))
    }
    if facts.tools["nvidia-container-runtime"] == nil {
      needs.append(
        PackageNeed(
          ["nvidia-container-toolkit"], .nvidiaToolkit, reason: "containers get a GPU only through NVIDIA's runtime"))
    }
    return needs
  }

  /// Ubuntu has no name for the newest one. The branches for servers, newest first; then what NVIDIA's own source has.
  private static let ubuntuDrivers =
    ["580", "570", "550", "535", "470"].map { "nvidia-driver-\($0)-server" } + ["cuda-drivers"]

  private mutating func addDocker(_ settings: MachineSettings, _ facts: MachineFacts) {
    if let given = settings.dockerRepository, let manager {
      switch PackageRepository.docker(given, facts.system, manager, machine: facts.architecture) {
      case .success(let repository): self.repository = repository
      case .failure(let fault): self.fault = fault.why
      }
    }
    guard facts.tools["docker"] == nil, facts.units["docker"] != "active" else { return }
    let names: [String] =
      switch (settings.dockerRepository, manager) {
      case (.some, _): ["docker-ce"]
      case (nil, .dnf): ["docker-ce", "moby-engine"]
      case (nil, _): ["docker.io"]
      }
    needs.append(
      PackageNeed(
        names, .docker, reason: "install_docker asks for Docker", isRequired: settings.dockerRepository != nil))
  }

  /// What came of a need when the sources were asked.
  ///
  /// - Parameter offer: nil: they were not.
  func outcome(of need: PackageNeed, _ offer: PackageOffer?) -> PackageOffer.Outcome {
    if need.set == .docker, let fault { return .absent(why: fault) }
    return offer?[need] ?? .unknown(why: "they were not asked")
  }

  /// What is left when a bundle has brought what it has for the machine.
  ///
  /// Of the sets for GPUs and Docker a bundle has all or nothing: how its packages are called is its own affair.
  public func without(
    _ bundle: ArtifactBundle?, release: String, _ architecture: MachineArchitecture
  ) -> PackageWishes {
    guard let bundle, let manager else { return self }
    var left = self
    left.needs.removeAll { need in
      let brought = bundle.packages(need.set, release: release, architecture, manager).compactMap { $0.package?.name }
      return need.set == .base ? brought.contains { need.names.contains($0) } : !brought.isEmpty
    }
    if !bundle.packages(.docker, release: release, architecture, manager).isEmpty {
      left.repository = nil
      left.fault = nil
    }
    return left
  }
}
