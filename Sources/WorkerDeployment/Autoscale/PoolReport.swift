import MusterCore

/// What the cluster says of one pool, at one moment.
public struct PoolReport: Sendable, Hashable {
  /// One of its pods.
  public struct Pod: Sendable, Hashable {
    public var name: String
    public var uid: String
    public var isReady: Bool
    /// Its deletion was asked for; it may still finish what it runs.
    public var isEnding: Bool
    /// It was chosen to go, by this autoscaler or the one before it.
    public var isMarked: Bool

    public init(
      _ name: String, uid: String = "", isReady: Bool = true, isEnding: Bool = false, isMarked: Bool = false
    ) {
      self.name = name
      self.uid = uid
      self.isReady = isReady
      self.isEnding = isEnding
      self.isMarked = isMarked
    }
  }

  /// The deployment's replicas: pods that are asked for and not there yet count.
  public var wanted: Int
  /// Without those that are over.
  public var pods: [Pod]

  public init(wanted: Int, pods: [Pod] = []) {
    self.wanted = wanted
    self.pods = pods
  }
}
