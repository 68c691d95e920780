import MusterCore

/// What a cluster is to be beyond its inventory.
public struct ClusterWishes: Sendable, Equatable {
  /// With it, machines may join. Its short form, made beforehand; or the long one of a cluster that is there.
  public var token: Secret<String>
  /// Whether machines for work are kept free of everything else: taint `dedicated=computation:NoSchedule`.
  public var taintsWorkers: Bool

  public init(token: Secret<String>, taintsWorkers: Bool = false) {
    self.token = token
    self.taintsWorkers = taintsWorkers
  }
}
