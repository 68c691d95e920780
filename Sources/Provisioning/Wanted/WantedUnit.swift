/// The service of systemd that a machine shall run.
public struct WantedUnit: Sendable, Hashable {
  /// `k3s.service`.
  public var name: String
  /// Over everything that the service reads only when it starts. What it was started with stands on the machine.
  public var startDigest: String

  public init(name: String, startDigest: String) {
    self.name = name
    self.startDigest = startDigest
  }

  /// Both that there are, of which a machine has one.
  public static let names = ["k3s.service", "k3s-agent.service"]
}
