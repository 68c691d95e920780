import MusterCore

/// How the service of k3s is on a machine.
public struct ServiceStatus: Sendable, Hashable {
  /// `k3s.service`.
  public var name: String
  /// systemd's word: `active`, `inactive`, `activating`, `failed`; `not-found` if there is no such service.
  public var state: String
  public var isEnabled: Bool
  /// Since when its state is what it is, by the machine's own clock; nil if that is not known.
  public var since: Timestamp?
  /// For how long, so that a clock that is off does no harm.
  public var age: Duration?

  public init(name: String, state: String, isEnabled: Bool, since: Timestamp? = nil, age: Duration? = nil) {
    self.name = name
    self.state = state
    self.isEnabled = isEnabled
    self.since = since
    self.age = age
  }

  init(_ name: String, _ observed: ObservedMachine) {
    let unit = observed.units[name] ?? ObservedUnit()
    let isThere = unit.isLoaded || unit.state != "inactive"
    self.init(
      name: name, state: isThere ? unit.state : "not-found", isEnabled: unit.isEnabled,
      since: isThere ? unit.since : nil,
      age: isThere ? unit.since.flatMap { since in observed.clock.map { max($0 - since, .zero) } } : nil)
  }

  public var isWell: Bool { state == "active" && isEnabled }
}
