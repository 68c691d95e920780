extension InventoryBuilder {
  /// The inventory, if nothing is wrong with it.
  mutating func finish(_ format: InventoryFormat) throws(InventoryError) -> MachineInventory {
    try collector.throwIfAny()
    let tree = try settle()
    try collector.throwIfAny()
    guard let tree else { throw InventoryError(.badInventory, file: collector.file, "its groups make no tree") }
    warnOfClashes()
    let finished = groups.enumerated().map { index, group in
      InventoryGroup(
        name: group.name, hosts: group.hosts.map { hosts[$0].name },
        children: group.children.map { groups[$0.index].name },
        variables: group.variables, priority: group.priority, depth: tree.depths[index])
    }
    return MachineInventory(
      file: collector.file, format: format, groups: finished, hosts: try finishedHosts(tree),
      warnings: collector.warnings.sorted { ($0.line, $0.text) < ($1.line, $1.text) })
  }

  private func finishedHosts(_ tree: GroupTree) throws(InventoryError) -> [InventoryHost] {
    // The place of each group in the order of precedence.
    let order = groups.indices.sorted { a, b in
      if (a == Self.all) != (b == Self.all) { return a == Self.all }
      let (one, two) = ((tree.depths[a], groups[a].priority), (tree.depths[b], groups[b].priority))
      return one == two ? PythonText.precedes(groups[a].name, groups[b].name) : one < two
    }
    var ranks = Array(repeating: 0, count: groups.count)
    for (rank, index) in order.enumerated() { ranks[index] = rank }
    var variables = 0
    var result: [InventoryHost] = []
    for (host, direct) in zip(hosts, directGroups()) {
      var mine: Set<Int> = [Self.all]
      for group in direct { mine.formUnion(tree.withAncestors(group)) }
      let sorted = mine.sorted { ranks[$0] < ranks[$1] }
      variables += host.variables.count + sorted.reduce(0) { $0 + groups[$1].variables.count }
      guard variables <= InventoryLimits.effectiveVariables else {
        throw InventoryError(
          .badInventory, file: collector.file, line: host.line,
          "all hosts together have over \(InventoryLimits.effectiveVariables) variables; split the inventory")
      }
      result.append(
        InventoryHost(
          name: host.name, line: host.line, groups: sorted.map { groups[$0].name }, variables: host.variables))
    }
    return result
  }

  private func warnOfClashes() {
    for host in hosts where hasGroup(host.name) {
      collector.warn(
        host.line,
        "'\(host.name)' is a host and a group; what a line sets for one of them may reach the other: rename one")
    }
  }
}
