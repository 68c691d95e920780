/// Reads Ansible's YAML form: groups at the top, in each `hosts`, `vars` and `children`.
///
/// What Ansible skips with a warning is skipped with a warning here too; where it stops, all reasons are told at once.
struct AnsibleYamlReader {
  private let collector: ProblemCollector
  private var builder: InventoryBuilder

  static func read(_ root: YamlNode, _ collector: ProblemCollector) throws(InventoryError) -> MachineInventory {
    guard let groups = root.map else {
      throw InventoryError(
        .badInventory, file: collector.file, line: root.line,
        "an inventory in YAML is a mapping of groups, but here is \(root.typeWord); begin with 'all:'")
    }
    var reader = AnsibleYamlReader(collector: collector, builder: InventoryBuilder(collector: collector))
    for group in groups { try reader.readTop(group) }
    return try reader.builder.finish(.yaml)
  }

  private mutating func readTop(_ member: YamlNode.Member) throws(InventoryError) {
    if member.key == .text("plugin"), !member.value.isNull {
      return collector.add(
        member.line,
        "this file configures a plugin that asks others for hosts, which Muster does not run; "
          + "give it the output of 'ansible-inventory --list --export --yaml'")
    }
    _ = try readGroup(member)
  }

  /// - Returns: the group's name; nil if it has none.
  private mutating func readGroup(_ member: YamlNode.Member) throws(InventoryError) -> String? {
    guard case .text(let name) = member.key, !name.isEmpty else {
      collector.add(
        member.line, "a group's name must be a text, but here is \(member.key.typeWord); put it into quotes")
      return nil
    }
    guard !member.value.isNull else {
      try builder.addGroup(name, line: member.line)
      return name
    }
    guard let sections = member.value.map else {
      collector.warn(
        member.line,
        "'\(name)' is skipped: a group is a mapping of hosts, vars and children, not \(member.value.typeWord)")
      return name
    }
    try builder.addGroup(name, line: member.line)
    for section in sections { try readSection(section, of: name) }
    return name
  }

  private mutating func readSection(_ section: YamlNode.Member, of group: String) throws(InventoryError) {
    let key = YamlNode.keyText(section.key) ?? ""
    guard ["hosts", "vars", "children"].contains(key) else {
      return collector.warn(
        section.line, "'\(key)' in the group '\(group)' is skipped: only hosts, vars and children stand there")
    }
    guard !section.value.isNull else { return }
    // One name alone stands for a mapping of it.
    let alone = section.value.text.map { name in
      [
        YamlNode.Member(
          key: .text(name), line: section.value.line,
          value: YamlNode(line: section.value.line, content: .scalar(.null, text: "")))
      ]
    }
    guard let members = section.value.map ?? alone else {
      return collector.add(
        section.line,
        "'\(key)' of the group '\(group)' is \(section.value.typeWord); it must be a mapping: "
          + "write 'name:' instead of '- name'")
    }
    for member in members {
      switch key {
      case "hosts": try readHost(member, of: group)
      case "vars": try readVariable(member, of: group)
      default: try readChild(member, of: group)
      }
    }
  }

  private mutating func readChild(_ member: YamlNode.Member, of group: String) throws(InventoryError) {
    guard let child = try readGroup(member) else { return }
    if try !builder.addChild(child, to: group, line: member.line) {
      collector.add(member.line, "'\(child)' is neither a group nor a host; make it a mapping, or leave it empty")
    }
  }

  private mutating func readHost(_ member: YamlNode.Member, of group: String) throws(InventoryError) {
    guard case .text(let pattern) = member.key else {
      return collector.add(
        member.line, "a host's name must be a text, but here is \(member.key.typeWord); put it into quotes")
    }
    let hosts: HostNames
    do {
      hosts = try HostNames(pattern, most: builder.room)
    } catch {
      return collector.add(member.line, "the host '\(pattern.prefix(80))' \(error.reason)")
    }
    guard let variables = member.value.map ?? (Self.isFalse(member.value) ? [] : nil) else {
      return collector.add(
        member.line,
        "the host '\(pattern)' has \(member.value.typeWord) where its variables should stand; "
          + "write them below it as 'name: value'")
    }
    var values: [(key: String, value: InventoryValue, line: Int)] = []
    for variable in variables {
      if let (key, value) = read(variable) { values.append((key, value, variable.line)) }
    }
    for host in hosts.names {
      try builder.addHost(host, to: group, port: hosts.port, line: member.line)
      for (key, value, line) in values { try builder.set(key, to: value, of: host, line: line) }
    }
  }

  private mutating func readVariable(_ member: YamlNode.Member, of group: String) throws(InventoryError) {
    guard let (key, value) = read(member) else { return }
    try builder.set(key, to: value, of: group, line: member.line)
  }

  private func read(_ variable: YamlNode.Member) -> (String, InventoryValue)? {
    guard let key = YamlNode.keyText(variable.key) else {
      collector.add(variable.line, "a variable's name must be a text, not \(variable.key.typeWord)")
      return nil
    }
    do {
      return (key, try variable.value.value())
    } catch {
      collector.add(error.line, error.reason)
      return nil
    }
  }

  /// What Python takes for nothing: Ansible reads it as no variables.
  private static func isFalse(_ node: YamlNode) -> Bool {
    switch node.content {
    case .scalar(let value, _): [.null, .bool(false), .integer(0), .real(0), .text("")].contains(value)
    case .list(let elements): elements.isEmpty
    case .map, .vault: false
    }
  }
}
