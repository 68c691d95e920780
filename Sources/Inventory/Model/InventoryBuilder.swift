/// Puts an inventory together in the way and in the order in which Ansible does it, so that the same comes out also where
/// names clash or things are said twice.
struct InventoryBuilder {
  struct Group {
    let name: String
    var hosts: [Int] = []
    var hostSet: Set<Int> = []
    var children: [(index: Int, line: Int)] = []
    var childSet: Set<Int> = []
    var variables: [String: InventoryVariable] = [:]
    var priority = 1
  }
  struct Host {
    let name: String
    let line: Int
    var variables: [String: InventoryVariable] = [:]
  }

  static let all = 0
  static let ungrouped = 1

  let collector: ProblemCollector
  private(set) var groups: [Group] = []
  private(set) var hosts: [Host] = []
  private(set) var groupIndices: [String: Int] = [:]
  private(set) var hostIndices: [String: Int] = [:]
  private var memberships = 0
  private var assignments = 0

  init(collector: ProblemCollector) {
    self.collector = collector
    for name in ["all", "ungrouped"] {
      groupIndices[name] = groups.count
      groups.append(Group(name: name))
    }
    groups[Self.all].children.append((Self.ungrouped, 0))
    groups[Self.all].childSet.insert(Self.ungrouped)
  }

  /// How many hosts there may still be.
  var room: Int { InventoryLimits.hosts - hosts.count }

  func hasGroup(_ name: String) -> Bool { groupIndices[name] != nil }

  mutating func addGroup(_ name: String, line: Int) throws(InventoryError) {
    guard !hasGroup(name) else { return }
    guard groups.count < InventoryLimits.groups else {
      throw tooMuch(line, "an inventory may have \(InventoryLimits.groups) groups; this line begins one more")
    }
    groupIndices[name] = groups.count
    groups.append(Group(name: name))
  }

  /// A port counts only where the host is named for the first time.
  mutating func addHost(_ name: String, to group: String, port: WholeNumber?, line: Int) throws(InventoryError) {
    guard !name.isEmpty else {
      return collector.add(line, "a host's name is empty; write a name, or take the line away")
    }
    guard let group = groupIndices[group] else { return }
    try join(host: try index(ofNewHost: name, port: port, line: line), group: group, line: line)
  }

  mutating func index(ofNewHost name: String, port: WholeNumber?, line: Int) throws(InventoryError) -> Int {
    if let known = hostIndices[name] { return known }
    guard room > 0 else {
      throw tooMuch(line, "an inventory may have \(InventoryLimits.hosts) hosts; this line names one more")
    }
    let host = hosts.count
    hostIndices[name] = host
    hosts.append(Host(name: name, line: line))
    if let port, port.int != 0 {
      setVariable("ansible_port", InventoryVariable(value: .integer(port), line: line), ofHost: host)
    }
    return host
  }

  mutating func setVariable(_ key: String, _ variable: InventoryVariable, ofHost host: Int) {
    hosts[host].variables[key] = variable
  }

  mutating func countAssignment(_ line: Int) throws(InventoryError) {
    assignments += 1
    guard assignments <= InventoryLimits.assignments else {
      throw tooMuch(
        line, "an inventory may set \(InventoryLimits.assignments) variables; set what many hosts share in a group")
    }
  }

  /// Sets a variable of the group of that name or, where there is none, of the host: that is what Ansible does with a host
  /// that is called like a group.
  mutating func set(_ key: String, to value: InventoryValue, of name: String, line: Int) throws(InventoryError) {
    try countAssignment(line)
    if let group = groupIndices[name] {
      if key == "ansible_group_priority" {
        guard let priority = Self.priority(value) else {
          return collector.add(line, "ansible_group_priority of '\(name)' is not a whole number; write one, as in 10")
        }
        groups[group].priority = priority
      } else {
        groups[group].variables[key] = InventoryVariable(value: value, line: line)
      }
    } else if let host = hostIndices[name] {
      hosts[host].variables[key] = InventoryVariable(value: value, line: line)
    }
  }

  /// Makes a group, or else a host, of that name a member of `group`, which must exist. False if there is neither.
  mutating func addChild(_ child: String, to group: String, line: Int) throws(InventoryError) -> Bool {
    guard let parent = groupIndices[group] else { return false }
    if let index = groupIndices[child] {
      try link(index, to: parent, line: line)
    } else if let host = hostIndices[child] {
      try join(host: host, group: parent, line: line)
    } else {
      return false
    }
    return true
  }

  private mutating func link(_ child: Int, to parent: Int, line: Int) throws(InventoryError) {
    guard child != parent else {
      return collector.add(line, "the group '\(groups[child].name)' is a child of itself; take this line away")
    }
    guard child != Self.ungrouped || parent == Self.all else {
      return collector.add(
        line, "'ungrouped' cannot be a child of '\(groups[parent].name)': Ansible loses its hosts; name them in a group"
      )
    }
    guard groups[parent].childSet.insert(child).inserted else { return }
    try countMembership(line)
    groups[parent].children.append((child, line))
  }

  mutating func join(host: Int, group: Int, line: Int) throws(InventoryError) {
    guard groups[group].hostSet.insert(host).inserted else { return }
    try countMembership(line)
    groups[group].hosts.append(host)
  }

  private mutating func countMembership(_ line: Int) throws(InventoryError) {
    memberships += 1
    guard memberships <= InventoryLimits.memberships else {
      throw tooMuch(line, "groups may name \(InventoryLimits.memberships) hosts and groups together; this is one more")
    }
  }

  private func tooMuch(_ line: Int, _ text: String) -> InventoryError {
    InventoryError(.badInventory, file: collector.file, line: line, text)
  }

  /// As Python's `int` reads it.
  private static func priority(_ value: InventoryValue) -> Int? {
    switch value {
    case .integer(let number): number.int
    case .bool(let value): value ? 1 : 0
    case .real(let number): Int(exactly: number.rounded(.towardZero))
    case .text(let text): PythonText.int(text)?.int
    case .null, .list, .map: nil
    }
  }

  /// What Ansible does when everything is read: groups without a parent become children of `all`, hosts that are in a group
  /// leave `ungrouped`, those that are in none enter it.
  mutating func settle() throws(InventoryError) -> GroupTree? {
    var hasParent = Set(groups.flatMap { $0.children.map(\.index) })
    hasParent.insert(Self.all)
    for index in groups.indices where !hasParent.contains(index) { try link(index, to: Self.all, line: 0) }
    guard let tree = GroupTree(groups, collector) else { return nil }
    var direct = directGroups()
    for host in hosts.indices {
      let mine = direct[host].reduce(into: Set<Int>()) { $0.formUnion(tree.withAncestors($1)) }
      if mine.contains(Self.ungrouped) {
        guard mine.contains(where: { $0 > Self.ungrouped }), groups[Self.ungrouped].hostSet.remove(host) != nil else {
          continue
        }
        direct[host].removeAll { $0 == Self.ungrouped }
      } else if mine.isSubset(of: [Self.all]) {
        _ = try addChild(hosts[host].name, to: "ungrouped", line: hosts[host].line)
      }
    }
    let staying = groups[Self.ungrouped].hostSet
    groups[Self.ungrouped].hosts.removeAll { !staying.contains($0) }
    // A host that is called like a group may just have made that group a child of 'ungrouped'.
    return GroupTree(groups, collector)
  }

  /// For every host the groups that name it themselves.
  func directGroups() -> [[Int]] {
    var direct: [[Int]] = Array(repeating: [], count: hosts.count)
    for (index, group) in groups.enumerated() {
      for host in group.hosts { direct[host].append(index) }
    }
    return direct
  }
}
