import ArgumentParser

/// `muster inventory`
struct InventoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inventory", abstract: "See what an inventory of machines says.",
    subcommands: [InventoryShow.self, InventoryConvert.self])
}
