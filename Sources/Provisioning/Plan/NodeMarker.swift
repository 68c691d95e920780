/// Decides which labels and taints nodes are given, and which they lose.
struct NodeMarker {
  let server: String
  let observed: ObservedMachine

  func action(for machine: WantedMachine) -> MachineAction? {
    let node = machine.node
    var wanted = node.labels.map { NodeMark(.label, node: node.name, key: $0.key, value: $0.value) }
    wanted += node.taints.map { NodeMark(.taint, node: node.name, key: $0.key, value: $0.value) }
    wanted.sort { $0.text < $1.text }
    let give = wanted.filter { !isThere($0) }
    let take = observed.marks.filter { mark in
      mark.node == node.name && !wanted.contains { $0.kind == mark.kind && $0.key == mark.key }
    }.sorted { $0.text < $1.text }
    guard !give.isEmpty || !take.isEmpty else { return nil }
    let changes =
      give.map { SettingChange("\($0.kind.rawValue) \($0.key)", from: now($0), to: $0.value) }
      + take.map { SettingChange("\($0.kind.rawValue) \($0.key)", from: now($0) ?? $0.value, to: nil) }
    let names = (give + take).map(\.key)
    return MachineAction(
      server, .finish, .mark(node: node.name, give: give, take: take), subject: "node/\(node.name)",
      what: "marks the node \(node.name)",
      why: "its \(ClusterPlanner.list(names)) \(names.count > 1 ? "are" : "is") not as wanted", changes: changes,
      about: machine.name)
  }

  /// Nodes that are no machines of the inventory are said, and stay.
  func remarks(_ names: [String]) -> [String] {
    let others = (observed.nodes ?? [:]).keys.filter { !names.contains($0) }.sorted()
    guard !others.isEmpty else { return [] }
    return [
      "the cluster has \(ClusterPlanner.list(others)), of which the inventory says nothing; what is not to come back is "
        + "taken out with 'kubectl delete node'"
    ]
  }

  /// What the cluster says; where it does not say it, what was done.
  private func isThere(_ mark: NodeMark) -> Bool {
    guard let nodes = observed.nodes else { return observed.marks.contains(mark) }
    guard let node = nodes[mark.node] else { return false }
    guard let values = mark.kind == .label ? node.labels : node.taints else { return observed.marks.contains(mark) }
    return values[mark.key] == mark.value
  }

  private func now(_ mark: NodeMark) -> String? {
    let node = observed.nodes?[mark.node]
    return (mark.kind == .label ? node?.labels : node?.taints)?[mark.key]
  }
}
