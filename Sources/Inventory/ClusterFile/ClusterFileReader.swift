/// Reads `cluster.yaml`. Unlike Ansible's forms it takes nothing that it does not know: a mistyped word is told, not skipped.
struct ClusterFileReader {
  private let collector: ProblemCollector
  private var builder: InventoryBuilder

  static func read(_ root: YamlNode, _ collector: ProblemCollector) throws(InventoryError) -> MachineInventory {
    var reader = ClusterFileReader(collector: collector, builder: InventoryBuilder(collector: collector))
    try reader.read(root.map ?? [])
    return try reader.builder.finish(.cluster)
  }

  private mutating func read(_ members: [YamlNode.Member]) throws(InventoryError) {
    let parts = known(members, ClusterFile.topKeys, in: "cluster.yaml")
    if let schema = parts["schema"], schema.text != ClusterFile.schema {
      collector.add(
        schema.line, "the schema is not '\(ClusterFile.schema)', the only one that this muster reads; write that")
    }
    for machine in mapping(parts["machines"], "machines") { try readMachine(machine) }
    let groups = mapping(parts["groups"], "groups")
    // All of them first: a group may name one that comes later.
    for group in groups {
      if let name = name(group, "group") { try builder.addGroup(name, line: group.line) }
    }
    for group in groups { try readGroup(group) }
    try builder.joinUngrouped()
    try readVariables(parts, of: .group("all"), in: "")
  }

  private enum Owner {
    case group(String)
    case machine(String)
  }

  private mutating func readMachine(_ member: YamlNode.Member) throws(InventoryError) {
    guard let name = name(member, "machine") else { return }
    try builder.addHost(name, line: member.line)
    let parts = known(
      mapping(member.value, "the machine '\(name)'"), ClusterFile.machineKeys, in: "the machine '\(name)'")
    try readVariables(parts, of: .machine(name), in: "machines.\(name).")
  }

  private mutating func readGroup(_ member: YamlNode.Member) throws(InventoryError) {
    guard let name = name(member, "group") else { return }
    let parts = known(mapping(member.value, "the group '\(name)'"), ClusterFile.groupKeys, in: "the group '\(name)'")
    for (line, machine) in names(parts["machines"], "groups.\(name).machines") {
      if try !builder.join(host: machine, group: name, line: line) {
        collector.add(
          line, "the group '\(name)' names the machine '\(machine)', which does not stand under machines; add it there")
      }
    }
    for (line, child) in names(parts["groups"], "groups.\(name).groups") {
      guard builder.hasGroup(child) else {
        collector.add(
          line, "the group '\(name)' names the group '\(child)', which does not stand under groups; add it there")
        continue
      }
      _ = try builder.addChild(child, to: name, line: line)
    }
    if let node = parts["priority"] {
      if case .scalar(let value, _) = node.content, case .integer(let number) = value, number.int != nil {
        try builder.set("ansible_group_priority", to: value, of: name, line: node.line)
      } else {
        collector.add(node.line, "groups.\(name).priority is not a whole number; write one, as in 10")
      }
    }
    try readVariables(parts, of: .group(name), in: "groups.\(name).")
  }

  private mutating func readVariables(
    _ parts: [String: YamlNode], of owner: Owner, in place: String
  ) throws(InventoryError) {
    var set: Set<String> = []
    for (field, node) in settings(parts["settings"], "\(place)settings") {
      switch field.read(node) {
      case .success(let value):
        set.insert(field.variable)
        try put(field.variable, value, node.line, owner)
      case .failure(let fault):
        collector.add(node.line, "\(place)settings.\(field.path.joined(separator: ".")) \(fault.reason)")
      }
    }
    for member in mapping(parts["variables"], "\(place)variables") {
      guard let key = YamlNode.keyText(member.key) else {
        collector.add(member.line, "a variable's name must be a text; put it into quotes")
        continue
      }
      if set.contains(key) {
        collector.add(member.line, "'\(key)' stands under settings too; keep one of them")
        continue
      }
      if let value = plain(member.value) { try put(key, value, member.line, owner) }
    }
  }

  private func plain(_ node: YamlNode) -> InventoryValue? {
    do {
      return try node.value()
    } catch {
      collector.add(error.line, error.reason)
      return nil
    }
  }

  private mutating func put(
    _ key: String, _ value: InventoryValue, _ line: Int, _ owner: Owner
  ) throws(InventoryError) {
    switch owner {
    case .group(let name): try builder.set(key, to: value, ofGroup: name, line: line)
    case .machine(let name): try builder.set(key, to: value, ofHost: name, line: line)
    }
  }

  /// The settings that stand there, `ssh` taken apart.
  private func settings(_ node: YamlNode?, _ place: String) -> [(SettingField, YamlNode)] {
    var found: [(SettingField, YamlNode)] = []
    for member in mapping(node, place) {
      let key = YamlNode.keyText(member.key) ?? ""
      if let field = SettingField.all.first(where: { $0.path == [key] }) {
        found.append((field, member.value))
      } else if SettingField.all.contains(where: { $0.path.count == 2 && $0.path[0] == key }) {
        for inner in mapping(member.value, "\(place).\(key)") {
          let name = YamlNode.keyText(inner.key) ?? ""
          if let field = SettingField.all.first(where: { $0.path == [key, name] }) {
            found.append((field, inner.value))
          } else {
            unknown(
              name, inner.line, SettingField.all.filter { $0.path.first == key }.compactMap(\.path.last),
              "\(place).\(key)")
          }
        }
      } else {
        unknown(key, member.line, SettingField.all.compactMap(\.path.first), place)
      }
    }
    return found
  }

  private func unknown(_ key: String, _ line: Int, _ known: [String], _ place: String) {
    let unique = known.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    let advice =
      place.contains("settings") ? "; a variable of your own stands under variables" : ""
    collector.add(
      line, "'\(key.prefix(80))' is unknown in \(place); known are \(unique.joined(separator: ", "))\(advice)")
  }

  /// The members by key; unknown ones are reported.
  private func known(_ members: [YamlNode.Member], _ keys: [String], in place: String) -> [String: YamlNode] {
    var parts: [String: YamlNode] = [:]
    for member in members {
      let key = YamlNode.keyText(member.key) ?? ""
      if keys.contains(key) { parts[key] = member.value } else { unknown(key, member.line, keys, place) }
    }
    return parts
  }

  /// What stands in a mapping; nothing there is an empty one.
  private func mapping(_ node: YamlNode?, _ place: String) -> [YamlNode.Member] {
    guard let node, !node.isNull else { return [] }
    guard let members = node.map else {
      collector.add(node.line, "\(place) must be a mapping ('name: …'), but is \(node.typeWord)")
      return []
    }
    return members
  }

  private func names(_ node: YamlNode?, _ place: String) -> [(line: Int, name: String)] {
    guard let node, !node.isNull else { return [] }
    guard let elements = node.list else {
      collector.add(node.line, "\(place) must be a list of names ('- name' or [name, name]), but is \(node.typeWord)")
      return []
    }
    return elements.compactMap { element in
      if case .scalar(let value, let text) = element.content, value != .null { return (element.line, text) }
      collector.add(element.line, "\(place) holds \(element.typeWord) where a name should stand")
      return nil
    }
  }

  private func name(_ member: YamlNode.Member, _ what: String) -> String? {
    if case .text(let name) = member.key, !name.isEmpty { return name }
    collector.add(
      member.line, "a \(what)'s name must be a text, but here is \(member.key.typeWord); put it into quotes")
    return nil
  }
}
