/// A node as the cluster has it.
public struct ObservedNode: Sendable, Hashable {
  public var isReady: Bool
  /// Nil: the answer said nothing of them.
  public var labels: [String: String]?
  /// Key, and value with effect; nil: the answer said nothing of them.
  public var taints: [String: String]?
  public var version: String
  /// False: somebody keeps new pods away from it (`kubectl cordon`).
  public var isSchedulable: Bool
  /// Why it is Ready or not, in Kubernetes' word: `KubeletReady`, `NodeStatusUnknown`. Empty: the answer said nothing of it.
  public var reason: String

  public init(
    isReady: Bool, labels: [String: String]? = nil, taints: [String: String]? = nil, version: String = "",
    isSchedulable: Bool = true, reason: String = ""
  ) {
    self.isReady = isReady
    self.labels = labels
    self.taints = taints
    self.version = version
    self.isSchedulable = isSchedulable
    self.reason = reason
  }
}
