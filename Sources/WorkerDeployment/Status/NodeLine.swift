import Kubernetes

/// One node, as a line of a table.
public struct NodeLine: Sendable, Hashable, Encodable {
  public let name: String
  /// The workers on it, by name; leaving ones too.
  public let workers: [String]
  /// How many of them are ready.
  public let ready: Int
  /// How many more it could have.
  public let room: Int
  /// Why it could have no more, in a few words; nil: it could.
  public let obstacle: String?
  /// 0: it does not say.
  public let cores: Int64

  /// The most lines without a worker: a cluster may have thousands of nodes that are not meant for workers.
  static let mostIdle = 100

  static func all(_ situation: WorkersSituation) -> [NodeLine]? {
    guard let fitter = NodeFitter(situation) else { return nil }
    var pods: [String: [WorkerPod]] = [:]
    for pod in situation.pods where !pod.isOver {
      if let node = pod.node { pods[node, default: []].append(pod) }
    }
    var idle = 0
    return fitter.nodes.compactMap { node in
      let mine = pods[node.name] ?? []
      let misfit = fitter.misfits(node).first
      if mine.isEmpty {
        // Nodes that are for something else are no news.
        if case .label = misfit { return nil }
        idle += 1
        if idle > Self.mostIdle { return nil }
      }
      let alone = fitter.demands.ownRepulsions.isEmpty ? Int.max : 1
      return NodeLine(
        name: node.name, workers: mine.map(\.name).sorted(), ready: mine.count { $0.isReady },
        room: misfit == nil ? min(alone, fitter.room(node)) : 0, obstacle: misfit.map(text), cores: node.cores)
    }
  }

  private static func text(_ misfit: NodeMisfit) -> String {
    switch misfit {
    case .label(let label): "lacks the label \(label)"
    case .misspeltLabel(let has, let wanted): "has the label \(has) instead of \(wanted.key)=\(wanted.value)"
    case .processor(let has, let wanted): "is of \(has), and the image is for \(wanted)"
    case .notReady: "is not ready"
    case .cordoned: "is cordoned"
    case .taint(let key, let value, let effect):
      "has the taint \(key)\(value.isEmpty ? "" : "=\(value)"):\(effect)"
    case .misspeltTaint(let has, let wanted): "has the taint \(has.text) instead of \(wanted.key)=\(wanted.value)"
    case .taken(let isLeaving): isLeaving ? "has a worker that leaves" : "has its worker"
    case .resources(let shortages):
      "has too little " + Wording.list(shortages.map { "\($0.resource) (\($0.free) of \($0.asked))" })
    case .full: "has as many pods as allowed"
    }
  }
}
