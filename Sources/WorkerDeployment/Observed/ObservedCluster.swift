import Kubernetes

/// What is there, read without changing anything.
public struct ObservedCluster: Sendable {
  /// One object that is wanted, as it is now and as it would be.
  public struct Object: Sendable {
    /// Nil: not there.
    public var current: DynamicObject?
    /// What the server answers to applying ours as a trial (`dryRun=All`). Nil: it could not be tried, as in a namespace
    /// that is not there yet.
    public var predicted: DynamicObject?

    public init(current: DynamicObject? = nil, predicted: DynamicObject? = nil) {
      self.current = current
      self.predicted = predicted
    }
  }

  public var abilities = ClusterAbilities()
  /// Nil: the namespace is not there.
  public var namespace: DynamicObject?
  /// By ``WantedObject/title``.
  public var objects: [String: Object] = [:]
  /// Of ours that are there and no longer wanted.
  public var leftovers: [WantedObject] = []
  public var nodes: [Node] = []
  public var pods: [Pod] = []

  public init() {}
}
