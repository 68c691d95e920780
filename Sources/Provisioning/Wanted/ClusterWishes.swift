import MusterCore

/// What a cluster is to be beyond its inventory.
public struct ClusterWishes: Sendable, Equatable {
  /// With it, machines may join. Its short form, made beforehand; or the long one of a cluster that is there.
  public var token: Secret<String>
  /// Whether machines for work are kept free of everything else: taint `dedicated=computation:NoSchedule`.
  public var taintsWorkers: Bool
  /// Whether the cluster has been told its ports for requests before: it keeps what it was told, also when the file is gone, and must be told the
  /// usual ones, too.
  public var keepsIngress: Bool

  public init(token: Secret<String>, taintsWorkers: Bool = false, keepsIngress: Bool = false) {
    self.token = token
    self.taintsWorkers = taintsWorkers
    self.keepsIngress = keepsIngress
  }
}
