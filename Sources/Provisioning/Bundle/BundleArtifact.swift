/// One file of a bundle, with the digest of its bytes.
public struct BundleArtifact: Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    case k3s(MachineArchitecture)
    /// The images that k3s itself needs: `k3s-airgap-images-amd64.tar`, `.tar.gz`, `.tar.zst`.
    case clusterImages(MachineArchitecture)
    /// Further images; nil: for machines of every architecture.
    case images(MachineArchitecture?)
    /// A packed Helm chart.
    case chart
    /// Objects that the cluster gets by itself.
    case manifest
    /// Release: as `debian-12`; nil: for all.
    case package(PackageSet, PackageFile, release: String?)
    /// The public key with which the source of a set is signed: `.asc`, `.gpg`.
    case packageKey(PackageSet)
  }

  /// Relative to the bundle's folder; letters, digits and `._+~%@,=-/` only.
  public let path: String
  public let kind: Kind
  /// Bytes.
  public let size: Int
  /// SHA-256 in lower-case hexadecimal digits.
  public let digest: String

  public init(path: String, kind: Kind, size: Int, digest: String) {
    self.path = path
    self.kind = kind
    self.size = size
    self.digest = digest
  }

  public var fileName: String { path.split(separator: "/").last.map(String.init) ?? path }

  public var package: PackageFile? {
    if case .package(_, let file, _) = kind { file } else { nil }
  }
}
