/// What packages of a bundle are for, by the folder in which they lie.
public enum PackageSet: String, Sendable, Hashable, CaseIterable {
  /// For every machine: `packages/` or `debs/`, or beside the k3s binary.
  case base
  /// NVIDIA's container toolkit, for machines with a GPU: `nvidia/`.
  case nvidiaToolkit = "nvidia"
  /// NVIDIA's driver, for machines with a GPU whose driver Muster may install: `nvidia-driver/`.
  case nvidiaDriver = "nvidia-driver"
  /// Docker, where it is wanted: `docker/`.
  case docker

  /// By the name of the first folder.
  init?(folder: Substring) {
    switch folder {
    case "packages", "debs": self = .base
    default:
      guard let set = PackageSet(rawValue: String(folder)), set != .base else { return nil }
      self = set
    }
  }
}
