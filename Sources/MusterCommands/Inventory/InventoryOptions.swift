import ArgumentParser
import Inventory
import Terminal

/// Which inventory, and what is given beside it.
struct InventoryOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp("The inventory: Ansible's INI or YAML, or a cluster.yaml.", valueName: "file"),
    completion: .file())
  var file: String

  @Option(
    name: [.customLong("extra-vars"), .customShort("e")],
    help: ArgumentHelp("Variables that beat the inventory's: name=value, YAML, or @file.", valueName: "variables"))
  var extraVariables: [String] = []

  /// Reads it, and says what its writer should know.
  func read(_ output: Output) throws -> MachineInventory {
    // Before anything that may take time: until then the whole machine can read them.
    let extra = try readExtraVariables(output)
    var inventory = try Self.load(file, output)
    inventory.extraVariables = extra
    return inventory
  }

  static func load(_ file: String, _ output: Output) throws -> MachineInventory {
    let inventory = try MachineInventory.load(file)
    for warning in inventory.warnings { output.warning(warning.description) }
    if let neighbour = NeighbourFolders.ofVariables(beside: file) {
      output.warning("'\(neighbour)' is not read; Ansible takes variables from it, so move them into the inventory")
    }
    return inventory
  }

  private func readExtraVariables(_ output: Output) throws -> [String: InventoryValue] {
    var all: [String: InventoryValue] = [:]
    for argument in extraVariables {
      let variables = try ExtraVariables.read(argument)
      if !argument.hasPrefix("@"), let secret = variables.keys.filter(SecretNames.contain).min() {
        CommandLineSecrets.wipe(argument)
        output.warning(
          "\(secret) stands on the command line, where others on this machine may have seen it; "
            + "write it into a file that only you can read and give --extra-vars @FILE")
      }
      all.merge(variables) { _, later in later }
    }
    return all
  }
}
