import Kubernetes

/// Why a node cannot have one more worker.
public enum NodeMisfit: Sendable, Hashable {
  /// A resource of which the node has not enough left.
  public struct Shortage: Sendable, Hashable {
    public var resource: String
    public var asked: Quantity
    public var free: Quantity
  }

  /// The workers want this label, as `fluidexnode=computation`, and the node has none that looks like it.
  case label(String)
  /// The node has the label in a spelling of the document, `fluidexnode/computation`, or with a typing error.
  case misspeltLabel(has: String, wanted: NodeLabel)
  /// Its processor is another than that of the image.
  case processor(has: String, wanted: String)
  /// Its kubelet does not report, or reports that it is not ready.
  case notReady
  case cordoned
  /// A taint that the workers do not tolerate.
  case taint(key: String, value: String, effect: String)
  /// A taint in a spelling of the document, `dedicated/compuation`, or with a typing error.
  case misspeltTaint(has: Node.Taint, wanted: NodeLabel)
  /// It has a worker, and may have one only. `isLeaving`: that one was told to go.
  case taken(isLeaving: Bool)
  case resources([Shortage])
  /// It has as many pods as it may have.
  case full

  /// Which of several is told: what says that a node is not meant for workers before what ails it.
  var rank: Int {
    switch self {
    case .label: 0
    case .misspeltLabel: 1
    case .processor: 2
    case .notReady: 3
    case .cordoned: 4
    case .misspeltTaint: 5
    case .taint: 6
    case .taken: 7
    case .resources: 8
    case .full: 9
    }
  }

  /// Those with the same name are told as one: how much is free differs from node to node.
  var group: String {
    switch self {
    case .label(let label): "label \(label)"
    case .misspeltLabel(let has, _): "misspelt label \(has)"
    case .processor(let has, _): "processor \(has)"
    case .notReady: "not ready"
    case .cordoned: "cordoned"
    case .taint(let key, let value, let effect): "taint \(key)=\(value):\(effect)"
    case .misspeltTaint(let taint, _): "misspelt taint \(taint.text)"
    case .taken(let isLeaving): isLeaving ? "leaving" : "taken"
    case .resources(let shortages): "resources " + shortages.map(\.resource).joined(separator: ",")
    case .full: "full"
    }
  }
}

extension Node.Taint {
  /// As kubectl writes it: `dedicated=computation:NoSchedule`.
  var text: String { key + ((value ?? "").isEmpty ? "" : "=\(value ?? "")") + ":\(effect)" }
}
