import MusterCore

/// A service of systemd on a machine.
public struct ObservedUnit: Sendable, Hashable {
  /// Whether there is a file for it.
  public var isLoaded: Bool
  /// systemd's word: `active`, `inactive`, `activating`, `failed`.
  public var state: String
  public var isEnabled: Bool
  /// Whether its file has changed since systemd read it.
  public var needsReload: Bool
  /// Since when its state is what it is, by the machine's own clock and to a second or two; nil if that is not known.
  public var since: Timestamp?

  public init(
    isLoaded: Bool = false, state: String = "inactive", isEnabled: Bool = false, needsReload: Bool = false,
    since: Timestamp? = nil
  ) {
    self.isLoaded = isLoaded
    self.state = state
    self.isEnabled = isEnabled
    self.needsReload = needsReload
    self.since = since
  }
}
