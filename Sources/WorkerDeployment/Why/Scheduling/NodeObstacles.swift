import Kubernetes

/// Which nodes cannot have one more worker, counted by the first thing that speaks against each.
struct NodeObstacles: Sendable {
  /// Nodes with the same obstacle.
  struct Group: Sendable {
    var misfit: NodeMisfit
    var nodes: [String]
    /// Of resources: the most that one of these nodes has left of each.
    var mostFree: [String: Quantity] = [:]
  }

  let total: Int
  /// Nodes on which one more worker fits.
  private(set) var fitting: [String] = []
  /// In the order of ``NodeMisfit/rank``.
  private(set) var groups: [Group] = []

  init(_ fitter: NodeFitter) {
    total = fitter.nodes.count
    var places: [String: Int] = [:]
    for node in fitter.nodes {
      guard let misfit = fitter.misfits(node).first else {
        fitting.append(node.name)
        continue
      }
      let place = places[misfit.group] ?? groups.count
      if place == groups.count {
        groups.append(Group(misfit: misfit, nodes: []))
        places[misfit.group] = place
      }
      groups[place].nodes.append(node.name)
      if case .resources(let shortages) = misfit {
        for shortage in shortages { groups[place].mostFree.raise(to: [shortage.resource: shortage.free]) }
      }
    }
    groups.sort {
      ($0.misfit.rank, $1.nodes.count, $0.misfit.group) < ($1.misfit.rank, $0.nodes.count, $1.misfit.group)
    }
  }

  /// How many nodes are held by workers that were told to go.
  var leaving: Int {
    groups.reduce(0) { sum, group in
      if case .taken(isLeaving: true) = group.misfit { sum + group.nodes.count } else { sum }
    }
  }

  /// `of 5 nodes, 2 lack the label fluidexnode=computation and 3 have a worker already`.
  var sentence: String {
    guard total > 0 else { return "the cluster has no nodes" }
    guard !groups.isEmpty else { return "\(Wording.count(total, "node")) could have one" }
    var parts = groups.map(Self.text)
    if !fitting.isEmpty { parts.append("\(fitting.count) could have one") }
    return "of \(Wording.count(total, "node")), " + Wording.list(parts, limit: 8)
  }

  private static func text(_ group: Group) -> String {
    let count = group.nodes.count
    let isOne = count == 1
    switch group.misfit {
    case .label(let label): return "\(count) \(isOne ? "lacks" : "lack") the label \(label)"
    case .misspeltLabel(let has, let wanted):
      return "\(count) \(isOne ? "has" : "have") the label \(has) where workers want \(wanted.key)=\(wanted.value)"
    case .processor(let has, let wanted):
      return "\(count) \(isOne ? "is" : "are") of \(has), and the image is for \(wanted)"
    case .notReady: return "\(count) \(isOne ? "is" : "are") not ready"
    case .cordoned: return "\(count) \(isOne ? "is" : "are") cordoned"
    case .taint(let key, let value, let effect):
      let taint = key + (value.isEmpty ? "" : "=\(value)") + ":\(effect)"
      return "\(count) \(isOne ? "has" : "have") the taint \(taint), which workers do not tolerate"
    case .misspeltTaint(let has, let wanted):
      return "\(count) \(isOne ? "has" : "have") the taint \(has.text) where workers tolerate "
        + "\(wanted.key)=\(wanted.value)"
    case .taken(let isLeaving):
      return isLeaving
        ? "\(count) \(isOne ? "has a worker that is" : "have workers that are") still leaving"
        : "\(count) \(isOne ? "has" : "have") a worker already (one a node)"
    case .resources(let shortages):
      let lacks = shortages.map { shortage in
        let free = group.mostFree[shortage.resource] ?? shortage.free
        return "\(shortage.resource) (\(shortage.asked) asked for, \(isOne ? "" : "at most ")\(free) free)"
      }
      return "\(count) \(isOne ? "has" : "have") too little \(Wording.list(lacks))"
    case .full: return "\(count) \(isOne ? "has" : "have") as many pods as allowed"
    }
  }

  /// What to do about them, most useful first: what mends nodes that are meant for workers before what makes more of them so.
  var cures: [String] {
    groups.sorted { Self.cureRank($0.misfit) < Self.cureRank($1.misfit) }.compactMap { group in
      let names = group.nodes
      switch group.misfit {
      case .label(let label):
        // What is no key=value is no argument for kubectl either.
        return label.contains("=") && !label.contains(" ") && !label.contains("!")
          ? "give nodes the label with 'kubectl label node NAME \(label)'" : "give nodes the label \(label)"
      case .misspeltLabel(let has, let wanted): return Self.relabel(has, wanted)
      case .misspeltTaint(let has, let wanted): return Self.retaint(has, wanted, names)
      case .processor(_, let wanted): return "add nodes of \(wanted), or deploy from a machine of the nodes' processor"
      case .notReady: return "look at \(Wording.list(names)) with 'kubectl describe node \(names.first ?? "")'"
      case .cordoned: return "let pods onto \(Wording.list(names)) with 'kubectl uncordon \(Self.some(names))'"
      case .taint(let key, _, let effect):
        // Taints of Kubernetes' own go with what they stand for.
        return key.hasPrefix("node.kubernetes.io/")
          ? "see to \(key) on \(Wording.list(names))"
          : "take the taint away with 'kubectl taint node \(Self.some(names)) \(key):\(effect)-'"
      case .taken(let isLeaving):
        return isLeaving ? nil : "add nodes, or let a node have several workers with placement 'spread'"
      case .resources(let shortages):
        return "ask for less \(Wording.list(shortages.map(\.resource))), or add larger nodes"
      case .full: return "add nodes"
      }
    }
  }

  private static func cureRank(_ misfit: NodeMisfit) -> Int {
    switch misfit {
    case .misspeltLabel, .misspeltTaint: 0
    case .cordoned: 1
    case .taint: 2
    case .resources: 3
    case .label: 4
    case .taken: 5
    case .full: 6
    case .processor: 7
    case .notReady: 8
    }
  }

  /// By label, so that the command fits any number of nodes.
  static func relabel(_ has: String, _ wanted: NodeLabel) -> String {
    let key = has.split(separator: "=").first.map(String.init) ?? has
    let removal = key == wanted.key ? " --overwrite" : " \(key)-"
    return "mend the label with 'kubectl label node -l \(has) \(wanted.key)=\(wanted.value)\(removal)'"
  }

  static func retaint(_ has: Node.Taint, _ wanted: NodeLabel, _ names: [String]) -> String {
    // kubectl does not take a taint away and give one of the same key in one command.
    let change =
      has.key == wanted.key
      ? "\(wanted.key)=\(wanted.value):\(has.effect) --overwrite"
      : "\(has.key):\(has.effect)- \(wanted.key)=\(wanted.value):\(has.effect)"
    return "mend the taint with 'kubectl taint node \(some(names)) \(change)'"
  }

  /// As arguments of a command that must stay readable.
  private static func some(_ names: [String]) -> String {
    names.prefix(10).joined(separator: " ") + (names.count > 10 ? " …" : "")
  }
}
