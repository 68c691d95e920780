/// A service of systemd on a machine.
public struct ObservedUnit: Sendable, Hashable {
  /// Whether there is a file for it.
  public var isLoaded: Bool
  /// systemd's word: `active`, `inactive`, `activating`, `failed`.
  public var state: String
  public var isEnabled: Bool
  /// Whether its file has changed since systemd read it.
  public var needsReload: Bool

  public init(isLoaded: Bool = false, state: String = "inactive", isEnabled: Bool = false, needsReload: Bool = false) {
    self.isLoaded = isLoaded
    self.state = state
    self.isEnabled = isEnabled
    self.needsReload = needsReload
  }
}
