/// A folder of artifacts from which machines get all that they need, without the internet.
///
/// docs/provisioning.md says what lies where in it.
public struct ArtifactBundle: Sendable, Equatable {
  /// An absolute path.
  public let folder: String
  /// By path.
  public let artifacts: [BundleArtifact]
  /// Name and version, from the versions file: `k3s` → `v1.31.12+k3s1`.
  public let versions: [String: String]
  /// What is damaged, missing by the bundle's own list, or not to be used, a sentence each. Nothing may be installed from a bundle that has any.
  public let problems: [String]
  /// What was passed over, a sentence each.
  public let remarks: [String]

  public init(
    folder: String, artifacts: [BundleArtifact], versions: [String: String] = [:], problems: [String] = [],
    remarks: [String] = []
  ) {
    self.folder = folder
    self.artifacts = artifacts
    self.versions = versions
    self.problems = problems
    self.remarks = remarks
  }

  public func k3s(for architecture: MachineArchitecture) -> BundleArtifact? {
    artifacts.first { $0.kind == .k3s(architecture) }
  }

  /// The images that k3s itself needs, and all others for machines of this architecture.
  public func images(for architecture: MachineArchitecture) -> [BundleArtifact] {
    artifacts.filter {
      [.clusterImages(architecture), .images(architecture), .images(nil)].contains($0.kind)
    }
  }

  public var charts: [BundleArtifact] { artifacts.filter { $0.kind == .chart } }
  public var manifests: [BundleArtifact] { artifacts.filter { $0.kind == .manifest } }

  /// The packages of a set that fit a machine. Those for its very release go before those of the same name for all; a release may be named
  /// by its first number alone: `rocky-9` for `rocky-9.5`.
  public func packages(
    _ set: PackageSet, release: String, _ architecture: MachineArchitecture, _ manager: PackageManager = .apt
  ) -> [BundleArtifact] {
    let names = manager == .apt ? ["all", architecture.debianName] : ["noarch", architecture.machineName]
    let releases = [release, String(release.prefix { $0 != "." })]
    var fitting: [String: BundleArtifact] = [:]
    for artifact in artifacts {
      guard case .package(set, let file, let its) = artifact.kind, its.map(releases.contains) ?? true,
        file.manager == manager, names.contains(file.architecture)
      else { continue }
      if its != nil || fitting[file.name] == nil { fitting[file.name] = artifact }
    }
    return fitting.values.sorted { $0.path < $1.path }
  }

  /// The key of the source from which the packages of a set come.
  public func packageKey(_ set: PackageSet) -> BundleArtifact? { artifacts.first { $0.kind == .packageKey(set) } }

  /// What these machines need and the bundle does not have, a sentence each.
  public func missing(for nodes: [NodeFacts]) -> [String] {
    var sentences: [String] = []
    for architecture in MachineArchitecture.allCases {
      let names = nodes.filter { $0.architecture == architecture }.map(\.name)
      guard let first = names.first else { continue }
      let who = names.count == 1 ? first : "\(first) and \(names.count - 1) more"
      if k3s(for: architecture) == nil {
        sentences.append(
          "the bundle \(folder) has no k3s for \(architecture), which \(who) needs; put the release's file "
            + "'\(architecture.k3sName)' into it")
      }
      if !artifacts.contains(where: { $0.kind == .clusterImages(architecture) }) {
        sentences.append(
          "the bundle \(folder) has no images of k3s for \(architecture), which \(who) would pull from the internet; put "
            + "the release's file 'k3s-airgap-images-\(architecture).tar.zst' into it")
      }
    }
    return sentences
  }
}
