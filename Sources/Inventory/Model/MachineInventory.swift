/// The hosts, groups and variables of an inventory, with what Ansible would make of them.
///
/// Reading one:
///
///     let inventory = try MachineInventory.load("inv.toml")
///     for host in inventory.hosts { print(host.name, inventory.variables(of: host.name)["my_iface"]?.value) }
public struct MachineInventory: Sendable {
  /// The file, as the user named it.
  public let file: String
  public let format: InventoryFormat
  /// `all`, `ungrouped`, and the others in the order of the file.
  public let groups: [InventoryGroup]
  /// In the order in which the file names them first.
  public let hosts: [InventoryHost]
  /// What can be read but is probably not what its writer wants.
  public let warnings: [InventoryProblem]
  /// Variables given beside the file, for all hosts. They beat everything.
  public var extraVariables: [String: InventoryValue] = [:]

  private let groupIndices: [String: Int]
  private let hostIndices: [String: Int]

  init(
    file: String, format: InventoryFormat, groups: [InventoryGroup], hosts: [InventoryHost],
    warnings: [InventoryProblem]
  ) {
    self.file = file
    self.format = format
    self.groups = groups
    self.hosts = hosts
    self.warnings = warnings
    groupIndices = Dictionary(uniqueKeysWithValues: zip(groups.map(\.name), groups.indices))
    hostIndices = Dictionary(uniqueKeysWithValues: zip(hosts.map(\.name), hosts.indices))
  }

  public func group(_ name: String) -> InventoryGroup? { groupIndices[name].map { groups[$0] } }

  public func host(_ name: String) -> InventoryHost? { hostIndices[name].map { hosts[$0] } }

  /// The hosts of a group and of its children, in the order of the file; none if there is no such group.
  public func hosts(in group: String) -> [InventoryHost] {
    guard groupIndices[group] != nil else { return [] }
    return hosts.filter { $0.groups.contains(group) }
  }

  /// What holds for a host: `all` is weakest, then its groups by depth, priority and name, later ones overruling, then its
  /// own variables, then ``extraVariables``. Nothing is merged: a mapping replaces a mapping. Empty if there is no such host.
  public func variables(of host: String) -> [String: EffectiveVariable] {
    guard let host = self.host(host) else { return [:] }
    var variables: [String: EffectiveVariable] = [:]
    for name in host.groups {
      guard let group = group(name) else { continue }
      for (key, variable) in group.variables {
        variables[key] = EffectiveVariable(value: variable.value, origin: .group(name, line: variable.line))
      }
    }
    for (key, variable) in host.variables {
      variables[key] = EffectiveVariable(value: variable.value, origin: .host(line: variable.line))
    }
    for (key, value) in extraVariables { variables[key] = EffectiveVariable(value: value, origin: .extra) }
    return variables
  }
}
