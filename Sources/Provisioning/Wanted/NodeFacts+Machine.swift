import Inventory

extension NodeFacts {
  /// What a machine said of itself, as far as it decides what it shall have.
  ///
  /// Nil: its address cannot be told, or k3s is not made for its processor; the checks say why.
  public init?(_ settings: MachineSettings, _ facts: MachineFacts) {
    guard case .found(let interface, let address) = NodeAddress.choose(settings, facts),
      let architecture = MachineArchitecture(machine: facts.architecture)
    else { return nil }
    self.init(
      name: settings.name, address: address, interface: interface,
      release: [facts.system.id, facts.system.version].filter { !$0.isEmpty }.joined(separator: "-"),
      architecture: architecture, hasGPU: settings.hasGPU,
      hasNvidiaRuntime: facts.tools["nvidia-container-runtime"] != nil, hasNvidiaDriver: facts.nvidiaDriver != nil,
      hasDpkg: facts.tools["apt-get"] != nil, wishes: PackageWishes(settings, facts))
  }
}
