import ArgumentParser
import Inventory
import Terminal

/// `muster inventory show`
struct InventoryShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Print what Muster understood: hosts, groups, and what holds for each host.",
    discussion: """
      With --output json as 'ansible-inventory --list' prints it. Secrets are shown as <redacted>. What cannot be read is \
      refused, all of it at once, with file and line.
      """)

  @OptionGroup var inventory: InventoryOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let output = output.output
    let inventory = try inventory.read(output)
    // A variable that makes no sense is told here, and not when machines are half done.
    let machines = try inventory.machines(in: PathBase.ofThisProcess(inventory.file))
    switch output.mode {
    case .json: try InventoryText.print(InventoryListing.value(of: inventory), to: output)
    case .quiet: for host in inventory.hosts { try output.line(host.name) }
    case .table: try InventoryView(inventory, machines).render(output)
    }
  }
}
