/// Writes an inventory as `cluster.yaml`. Read again it has the same groups, hosts, variables and precedence.
public struct ClusterFileWriter {
  private let inventory: MachineInventory
  private let isRedacted: Bool
  private var text = ""

  /// The text of `cluster.yaml`.
  ///
  /// - Parameter isRedacted: secrets are replaced by `<redacted>`, for showing; such a file is refused when it is used.
  public static func text(of inventory: MachineInventory, isRedacted: Bool = false) -> String {
    var writer = ClusterFileWriter(inventory, isRedacted: isRedacted)
    writer.write()
    return writer.text
  }

  private init(_ inventory: MachineInventory, isRedacted: Bool) {
    self.inventory = inventory
    self.isRedacted = isRedacted
  }

  private mutating func write() {
    text = "schema: \(ClusterFile.schema)\n"
    if let all = inventory.group("all") { write(all.variables, indent: "") }
    if !inventory.hosts.isEmpty {
      text += "\nmachines:\n"
      for host in machines {
        text += "  \(YamlText.of(host.name)):\(host.variables.isEmpty ? " {}" : "")\n"
        write(host.variables, indent: "    ")
      }
    }
    let groups = inventory.groups.filter { $0.name != "all" && $0.name != "ungrouped" }
    let special = ["all", "ungrouped"].compactMap { name in inventory.group(name).flatMap { specialEntry($0) } }
    guard !groups.isEmpty || !special.isEmpty else { return }
    text += "\ngroups:\n"
    for entry in special { text += entry }
    for group in groups { write(group) }
  }

  /// The hosts in the order of the file, but those without a group in the order in which `ungrouped` has them.
  private var machines: [InventoryHost] {
    var ungrouped = (inventory.group("ungrouped")?.hosts ?? []).compactMap { inventory.host($0) }.makeIterator()
    let names = Set(inventory.group("ungrouped")?.hosts ?? [])
    return inventory.hosts.map { names.contains($0.name) ? ungrouped.next() ?? $0 : $0 }
  }

  /// `all` and `ungrouped` stand there only if something is said of them that does not go without saying.
  private func specialEntry(_ group: InventoryGroup) -> String? {
    var lines = ""
    if group.name == "all" {
      let parented = Set(inventory.groups.filter { $0.name != "all" }.flatMap(\.children))
      let natural =
        ["ungrouped"]
        + inventory.groups.map(\.name).filter {
          $0 != "all" && $0 != "ungrouped" && !parented.contains($0)
        }
      // A host that is called like a group and stands in no group but 'all' is in none for Ansible.
      lines += list("machines", group.hosts.filter { inventory.host($0)?.groups == ["all"] })
      if group.children != natural { lines += list("groups", group.children.filter { $0 != "ungrouped" }) }
    } else {
      lines += list("groups", group.children)
    }
    if group.priority != 1 { lines += "    priority: \(group.priority)\n" }
    if group.name == "ungrouped" {
      var writer = ClusterFileWriter(inventory, isRedacted: isRedacted)
      writer.write(group.variables, indent: "    ")
      lines += writer.text
    }
    return lines.isEmpty ? nil : "  \(group.name):\n\(lines)"
  }

  private mutating func write(_ group: InventoryGroup) {
    var lines = list("machines", group.hosts) + list("groups", group.children)
    if group.priority != 1 { lines += "    priority: \(group.priority)\n" }
    let isEmpty = lines.isEmpty && group.variables.isEmpty
    text += "  \(YamlText.of(group.name)):\(isEmpty ? " {}" : "")\n" + lines
    write(group.variables, indent: "    ")
  }

  private func list(_ key: String, _ names: [String]) -> String {
    names.isEmpty ? "" : "    \(key): [\(names.map { YamlText.of($0) }.joined(separator: ", "))]\n"
  }

  /// What a setting can say stands under `settings`, the rest under `variables`.
  private mutating func write(_ variables: [String: InventoryVariable], indent: String) {
    var rest = variables.mapValues(\.value)
    var settings = ""
    var outer = ""
    for field in SettingField.all {
      guard let value = rest[field.variable], let written = field.written(value), let name = field.path.last else {
        continue
      }
      rest[field.variable] = nil
      if field.path.count == 2, field.path[0] != outer {
        outer = field.path[0]
        settings += "\(indent)  \(outer):\n"
      }
      let depth = String(repeating: "  ", count: field.path.count)
      settings += "\(indent)\(depth)\(name): \(YamlText.of(shown(written, field.variable)))\n"
    }
    if !settings.isEmpty { text += "\(indent)settings:\n\(settings)" }
    guard !rest.isEmpty else { return }
    text += "\(indent)variables:\n"
    for (key, value) in rest.sorted(by: { PythonText.precedes($0.key, $1.key) }) {
      text += "\(indent)  \(YamlText.of(key)): \(YamlText.of(shown(value, key)))\n"
    }
  }

  private func shown(_ value: InventoryValue, _ name: String) -> InventoryValue {
    isRedacted ? value.redacted(name: name) : value
  }
}
