/// A processor that k3s is made for.
public enum MachineArchitecture: String, Sendable, Hashable, CaseIterable {
  case amd64, arm64, arm

  /// By what `uname -m` says; nil for all others.
  public init?(machine: String) {
    switch machine {
    case "x86_64", "amd64": self = .amd64
    case "aarch64", "arm64": self = .arm64
    case "armv7l", "armv8l", "armhf": self = .arm
    default: return nil
    }
  }

  /// What the k3s binary of a release is called.
  public var k3sName: String {
    switch self {
    case .amd64: "k3s"
    case .arm64: "k3s-arm64"
    case .arm: "k3s-armhf"
    }
  }

  /// What RPM and `uname -m` call it.
  public var machineName: String {
    switch self {
    case .amd64: "x86_64"
    case .arm64: "aarch64"
    case .arm: "armv7hl"
    }
  }

  /// What Debian calls it in the names of packages.
  public var debianName: String { self == .arm ? "armhf" : rawValue }
}
