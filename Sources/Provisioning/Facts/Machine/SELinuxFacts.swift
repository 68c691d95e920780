/// SELinux.
public struct SELinuxFacts: Sendable, Hashable {
  /// What it does when a rule is broken.
  public enum Mode: String, Sendable, Hashable {
    case enforcing
    case permissive
    case disabled
  }

  public var mode: Mode
  /// Whether the rules for k3s are there.
  public var hasPolicy: Bool
}
