/// A node as the cluster has it.
public struct ObservedNode: Sendable, Hashable {
  public var isReady: Bool
  /// Nil: the answer said nothing of them.
  public var labels: [String: String]?
  /// Key, and value with effect; nil: the answer said nothing of them.
  public var taints: [String: String]?
  public var version: String

  public init(isReady: Bool, labels: [String: String]? = nil, taints: [String: String]? = nil, version: String = "") {
    self.isReady = isReady
    self.labels = labels
    self.taints = taints
    self.version = version
  }
}
