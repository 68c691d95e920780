import Kubernetes

/// What the pods of a node take, those of others with them.
public struct NodeLoad: Sendable, Hashable {
  public var requests: [String: Quantity] = [:]
  public var pods = 0

  public init() {}

  mutating func add(_ pod: [String: Quantity]) {
    requests.add(pod)
    pods += 1
  }
}
