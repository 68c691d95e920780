/// What `ansible-inventory --list` prints of an inventory.
public enum InventoryListing {
  /// Variables that Ansible makes itself and never prints, also where an inventory sets them.
  private static let internalVariables: Set<String> = [
    "ansible_async_path", "ansible_collection_name", "ansible_config_file", "ansible_dependent_role_names",
    "ansible_diff_mode", "ansible_facts", "ansible_forks", "ansible_inventory_sources", "ansible_limit",
    "ansible_play_batch", "ansible_play_hosts", "ansible_play_hosts_all", "ansible_play_role_names",
    "ansible_playbook_python", "ansible_role_name", "ansible_role_names", "ansible_run_tags", "ansible_skip_tags",
    "ansible_verbosity", "ansible_version", "group_names", "groups", "hostvars", "inventory_dir", "inventory_file",
    "inventory_hostname", "inventory_hostname_short", "play_hosts", "playbook_dir", "role_name", "role_names",
    "role_path", "role_uuid",
  ]

  /// Groups with their hosts and children, and under `_meta.hostvars` what holds for each host that has variables. Groups
  /// that are empty are left out, as there.
  ///
  /// - Parameter isRedacted: secrets are shown as `<redacted>`.
  public static func value(of inventory: MachineInventory, isRedacted: Bool = true) -> InventoryValue {
    var listing: [String: InventoryValue] = [:]
    for group in inventory.groups {
      var entry: [String: InventoryValue] = [:]
      if group.name != "all", !group.hosts.isEmpty { entry["hosts"] = .list(group.hosts.map(InventoryValue.text)) }
      if !group.children.isEmpty { entry["children"] = .list(group.children.map(InventoryValue.text)) }
      if !entry.isEmpty { listing[group.name] = .map(entry) }
    }
    var hostVariables: [String: InventoryValue] = [:]
    for host in inventory.hosts {
      let variables = variables(of: host, in: inventory, isRedacted: isRedacted)
      if !variables.isEmpty { hostVariables[host.name] = .map(variables) }
    }
    listing["_meta"] = .map(["hostvars": .map(hostVariables)])
    return .map(listing)
  }

  private static func variables(
    of host: InventoryHost, in inventory: MachineInventory, isRedacted: Bool
  ) -> [String: InventoryValue] {
    var variables: [String: InventoryValue] = [:]
    for (name, variable) in inventory.variables(of: host.name) where !internalVariables.contains(name) {
      variables[name] = isRedacted ? variable.value.redacted(name: name) : variable.value
    }
    return variables
  }
}
