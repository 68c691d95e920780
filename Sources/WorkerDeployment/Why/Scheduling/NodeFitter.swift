import Kubernetes

/// Tells which nodes could have one more worker, and why the others cannot: the scheduler's rules, computed from what is
/// known, so that an answer is there before the scheduler was asked, with figures that it does not give.
struct NodeFitter: Sendable {
  let demands: WorkerDemands
  let nodes: [WorkerNode]
  private var loads: [String: NodeLoad]
  /// For each repulsion, the places that are taken, and whether by workers that are all on their way out.
  private var taken: [[String: Bool]]

  /// - Parameter ignoringLeaving: as if the workers that were told to go had gone.
  /// - Returns: nil when the nodes are not known.
  init?(_ situation: WorkersSituation, ignoringLeaving: Bool = false) {
    guard let nodes = situation.nodes else { return nil }
    self.nodes = nodes.sorted { $0.name < $1.name }
    demands = WorkerDemands(situation.deployment?.spec?.template)
    loads = situation.knownLoads
    taken = demands.repulsions.map { _ in [:] }
    let byName = Dictionary(nodes.map { ($0.name, $0) }) { $1 }
    for pod in situation.pods {
      guard !pod.isOver, let name = pod.node, let node = byName[name] else { continue }
      if ignoringLeaving && pod.isLeaving {
        loads[name]?.remove(pod.requests)
        continue
      }
      for (index, term) in demands.repulsions.enumerated() {
        guard let place = node.labels[term.topologyKey], WorkerDemands.chooses(term, pod.meta.labels ?? [:]) else {
          continue
        }
        taken[index][place] = (taken[index][place] ?? true) && pod.isLeaving
      }
    }
  }

  /// Everything that speaks against one more worker on a node, in the order in which it is told; empty: it fits.
  func misfits(_ node: WorkerNode) -> [NodeMisfit] {
    var misfits: [NodeMisfit] = []
    if let label = demands.unmetLabel(of: node) {
      misfits.append(slip(node, label) ?? processor(node, label) ?? .label(label))
    }
    if !node.isReady { misfits.append(.notReady) }
    if node.isCordoned { misfits.append(.cordoned) }
    for taint in node.taints where taint.effect != "PreferNoSchedule" && !demands.tolerate(taint) {
      switch taint.key {
      case "node.kubernetes.io/unschedulable" where node.isCordoned: break
      case "node.kubernetes.io/not-ready" where !node.isReady, "node.kubernetes.io/unreachable" where !node.isReady:
        break
      default:
        if let wanted = demands.taints.first(where: {
          Spelling.isSlip(key: taint.key, value: taint.value ?? "", for: $0)
        }) {
          misfits.append(.misspeltTaint(has: taint, wanted: wanted))
        } else {
          misfits.append(.taint(key: taint.key, value: taint.value ?? "", effect: taint.effect))
        }
      }
    }
    for (index, term) in demands.repulsions.enumerated() {
      if let place = node.labels[term.topologyKey], let isLeaving = taken[index][place] {
        misfits.append(.taken(isLeaving: isLeaving))
      }
    }
    let shortages = shortages(node)
    if !shortages.isEmpty { misfits.append(.resources(shortages)) }
    if podsLeft(node) < 1 { misfits.append(.full) }
    return misfits.sorted { $0.rank < $1.rank }
  }

  /// How many more workers fit on a node by resources alone.
  func room(_ node: WorkerNode) -> Int {
    var room = podsLeft(node)
    for (resource, asked) in demands.requests where asked > .zero {
      // In thousandths, so that parts of cores count; what is rounded is rounded against one more worker.
      let left = free(resource, node).thousandths
      room = min(room, left <= 0 ? 0 : Int(left / max(1, asked.thousandths)))
    }
    return max(0, room)
  }

  /// Counts one more worker as placed on a node.
  mutating func place(on node: WorkerNode) {
    loads[node.name, default: NodeLoad()].add(demands.requests)
    for (index, term) in demands.repulsions.enumerated() where WorkerDemands.chooses(term, demands.labels) {
      if let place = node.labels[term.topologyKey] { taken[index][place] = false }
    }
  }

  private func slip(_ node: WorkerNode, _ unmet: String) -> NodeMisfit? {
    guard let wanted = demands.label, unmet == "\(wanted.key)=\(wanted.value)" else { return nil }
    for (key, value) in node.labels.sorted(by: { $0.key < $1.key })
    where Spelling.isSlip(key: key, value: value, for: wanted) {
      // The value of a label whose key has both words means nothing.
      return .misspeltLabel(has: key.contains("/") || value.isEmpty ? key : "\(key)=\(value)", wanted: wanted)
    }
    return nil
  }

  /// The server itself sets this label: nobody is to be told to give it to a node.
  private func processor(_ node: WorkerNode, _ unmet: String) -> NodeMisfit? {
    let start = "\(WorkerNames.architecture)="
    guard unmet.hasPrefix(start), let has = node.labels[WorkerNames.architecture] else { return nil }
    return .processor(has: Wording.cleaned(has, limit: 40), wanted: String(unmet.dropFirst(start.count)))
  }

  private func free(_ resource: String, _ node: WorkerNode) -> Quantity {
    (node.status?.allocatable?[resource] ?? .zero) - (loads[node.name]?.requests[resource] ?? .zero)
  }

  private func podsLeft(_ node: WorkerNode) -> Int {
    Int(clamping: node.status?.allocatable?["pods"]?.value ?? 110) - (loads[node.name]?.pods ?? 0)
  }

  private func shortages(_ node: WorkerNode) -> [NodeMisfit.Shortage] {
    demands.requests.sorted { $0.key < $1.key }.compactMap { resource, asked in
      let free = free(resource, node)
      return asked > .zero && asked > free
        ? NodeMisfit.Shortage(resource: resource, asked: asked, free: max(free, .zero)) : nil
    }
  }
}

extension NodeLoad {
  fileprivate mutating func remove(_ pod: [String: Quantity]) {
    for (resource, amount) in pod { requests[resource]? -= amount }
    pods -= 1
  }
}
