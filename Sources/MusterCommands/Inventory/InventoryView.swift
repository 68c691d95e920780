import Inventory
import Terminal

/// What people see of an inventory: a line a machine, then every variable with its origin.
struct InventoryView {
  private let inventory: MachineInventory
  private let machines: [MachineSettings]

  init(_ inventory: MachineInventory, _ machines: [MachineSettings]) {
    self.inventory = inventory
    self.machines = machines
  }

  func render(_ output: Output) throws {
    try output.render([String](), table: hosts, ids: [])
    guard !inventory.hosts.isEmpty else { return }
    try output.line("")
    try output.render([String](), table: variables, ids: [])
  }

  private var hosts: Table {
    var table = Table(
      [
        Column("MACHINE", shrinks: false), Column("GROUPS"), Column("ADDRESS", shrinks: false), Column("USER"),
        Column("INTERFACE"), Column("GPU"),
      ], whenEmpty: "the inventory names no machine")
    for machine in machines {
      let groups = inventory.host(machine.name)?.groups.filter { $0 != "all" && $0 != "ungrouped" } ?? []
      table.add([
        Cell(machine.name), Cell(groups.isEmpty ? "-" : groups.joined(separator: ",")), Cell(Self.address(machine.ssh)),
        Cell(machine.ssh.user ?? "-"), Cell(machine.interface ?? "-"), Cell(machine.hasGPU ? "yes" : "no"),
      ])
    }
    return table
  }

  private static func address(_ ssh: SSHEndpoint) -> String {
    if ssh.isLocal { return "local" }
    guard let port = ssh.port else { return ssh.host }
    return ssh.host.contains(":") ? "[\(ssh.host)]:\(port)" : "\(ssh.host):\(port)"
  }

  private var variables: Table {
    var table = Table([
      Column("MACHINE", shrinks: false), Column("VARIABLE", shrinks: false), Column("VALUE"),
      Column("FROM", shrinks: false),
    ])
    for host in inventory.hosts {
      for (name, variable) in inventory.variables(of: host.name).sorted(by: { $0.key < $1.key }) {
        table.add([
          Cell(host.name), Cell(name), Cell(Self.text(variable.value.redacted(name: name))),
          Cell(origin(variable), style: .faint),
        ])
      }
    }
    return table
  }

  /// A text as it is unless it could be taken for something else; everything else as JSON.
  private static func text(_ value: InventoryValue) -> String {
    guard case .text(let text) = value else { return value.json() }
    return text.isEmpty || text.first == "\"" ? value.json() : text
  }

  private func origin(_ variable: EffectiveVariable) -> String {
    switch variable.origin {
    case .extra: "--extra-vars"
    case .host(let line): "\(inventory.file):\(line)"
    case .group(let name, let line): "\(inventory.file):\(line) (\(name))"
    }
  }
}
