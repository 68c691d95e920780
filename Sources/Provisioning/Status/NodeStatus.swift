/// How a machine is as a node of the cluster.
public struct NodeStatus: Sendable, Hashable {
  public enum State: Sendable, Hashable {
    case ready
    case notReady
    /// The cluster has no such node.
    case missing
    /// No server said which nodes there are.
    case unknown
  }

  public var name: String
  public var state: State
  /// False: somebody keeps new pods away from it (`kubectl cordon`).
  public var isSchedulable: Bool
  /// Why it is Ready or not, in Kubernetes' word; empty if that is not known.
  public var reason: String
  /// Of its kubelet; empty if that is not known.
  public var version: String
  /// `key=value`: what it shall have and does not have, as far as that is known.
  public var missingLabels: [String]
  /// `key=value:effect`.
  public var missingTaints: [String]

  public init(
    name: String, state: State, isSchedulable: Bool = true, reason: String = "", version: String = "",
    missingLabels: [String] = [], missingTaints: [String] = []
  ) {
    self.name = name
    self.state = state
    self.isSchedulable = isSchedulable
    self.reason = reason
    self.version = version
    self.missingLabels = missingLabels
    self.missingTaints = missingTaints
  }

  /// - Parameters:
  ///   - nodes: what the cluster says; nil: nobody answered.
  ///   - marking: what the plan gives the node: it goes by what was done where the cluster does not say what nodes have.
  init(_ wanted: WantedNode, _ nodes: [String: ObservedNode]?, marking: [NodeMark]) {
    self.init(name: wanted.name, state: nodes == nil ? .unknown : .missing)
    let node = nodes?[wanted.name]
    if let node {
      state = node.isReady ? .ready : .notReady
      isSchedulable = node.isSchedulable
      reason = node.reason
      version = node.version
    }
    missingLabels = Self.missing(wanted.labels, node?.labels, marking.filter { $0.kind == .label })
    missingTaints = Self.missing(wanted.taints, node?.taints, marking.filter { $0.kind == .taint })
  }

  private static func missing(_ wanted: [String: String], _ there: [String: String]?, _ marking: [NodeMark])
    -> [String]
  {
    guard let there else { return marking.map { "\($0.key)=\($0.value)" }.sorted() }
    return wanted.filter { there[$0.key] != $0.value }.map { "\($0.key)=\($0.value)" }.sorted()
  }

  /// As `kubectl get nodes` has it: `Ready`, `NotReady,SchedulingDisabled`; `missing`, `unknown` where it has nothing.
  public var text: String {
    let word =
      switch state {
      case .ready: "Ready"
      case .notReady: "NotReady"
      case .missing: "missing"
      case .unknown: "unknown"
      }
    return isSchedulable ? word : "\(word),SchedulingDisabled"
  }

  public var isWell: Bool { state == .ready }
}
