extension InventoryBuilder {
  /// Adds a host without a group.
  mutating func addHost(_ name: String, line: Int) throws(InventoryError) {
    _ = try index(ofNewHost: name, port: nil, line: line)
  }

  /// Makes a host a member of a group, whatever else bears its name. False if there is no such host.
  mutating func join(host: String, group: String, line: Int) throws(InventoryError) -> Bool {
    guard let host = hostIndices[host], let group = groupIndices[group] else { return false }
    try join(host: host, group: group, line: line)
    return true
  }

  /// Puts hosts that no group names into `ungrouped`.
  mutating func joinUngrouped() throws(InventoryError) {
    for (host, groups) in directGroups().enumerated() where groups.isEmpty {
      try join(host: host, group: Self.ungrouped, line: hosts[host].line)
    }
  }

  mutating func set(
    _ key: String, to value: InventoryValue, ofGroup name: String, line: Int
  ) throws(InventoryError) {
    // Where there is a group of that name, it is the group that gets it.
    try set(key, to: value, of: name, line: line)
  }

  /// Sets a variable of the host, also where a group bears its name.
  mutating func set(
    _ key: String, to value: InventoryValue, ofHost name: String, line: Int
  ) throws(InventoryError) {
    guard let host = hostIndices[name] else { return }
    try countAssignment(line)
    setVariable(key, InventoryVariable(value: value, line: line), ofHost: host)
  }
}
