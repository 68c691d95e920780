import Inventory

/// What one machine gets of a bundle.
extension ArtifactBundle {
  func packages(for settings: MachineSettings, _ facts: NodeFacts) -> [WantedPackage] {
    var sets: [PackageSet] = [.base]
    if settings.hasGPU || facts.hasGPU {
      if !facts.hasNvidiaDriver, settings.installsNvidiaDriver { sets.append(.nvidiaDriver) }
      sets.append(.nvidiaToolkit)
    }
    if settings.installsDocker { sets.append(.docker) }
    let manager: PackageManager = facts.hasDpkg ? .apt : .dnf
    return sets.flatMap { set in
      packages(set, release: facts.release, facts.architecture, manager).compactMap { artifact in
        artifact.package.map { WantedPackage(file: $0, artifact: artifact, set: set) }
      }
    }
  }

  /// How many bytes the machine gets of it.
  func bytes(for settings: MachineSettings, _ facts: NodeFacts) -> Int64 {
    var artifacts = images(for: facts.architecture) + packages(for: settings, facts).map(\.artifact)
    if let binary = k3s(for: facts.architecture) { artifacts.append(binary) }
    if settings.roles.contains(.server) { artifacts += charts + manifests }
    return artifacts.reduce(0) { $0 + Int64($1.size) }
  }
}
