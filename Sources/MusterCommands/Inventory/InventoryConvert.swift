import ArgumentParser
import Certificates
import Inventory
import Terminal

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `muster inventory convert`
struct InventoryConvert: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Write an inventory as a cluster.yaml, without losing anything.",
    discussion: """
      Prints it, or writes it into the file that --to names, which only you can read. Secrets are written too, for the \
      result is to be used; only a terminal gets <redacted> instead. Relative paths stay as they are: put the file beside \
      the inventory.
      """)

  @Argument(
    help: ArgumentHelp("The inventory: Ansible's INI or YAML, or a cluster.yaml.", valueName: "file"),
    completion: .file())
  var file: String

  @Option(
    help: ArgumentHelp("Write into this file instead of printing; it must not exist.", valueName: "file"),
    completion: .file())
  var to: String?

  func run() async throws {
    let context = CommandContext.current
    let output = Output(results: context.results, messages: context.messages)
    let inventory = try InventoryOptions.load(file, output)
    if let to {
      guard !FileManager.default.fileExists(atPath: to) else {
        throw CommandError(.unwritableFile, "'\(to)' is already there; name another file, or take it away")
      }
      try PrivateFile.write(ClusterFileWriter.text(of: inventory), to: to, mode: .owner)
      return output.note("'\(to)' says what '\(file)' says; see that 'muster inventory show' prints the same of both")
    }
    let isRedacted = output.results.isTerminal
    let text = ClusterFileWriter.text(of: inventory, isRedacted: isRedacted)
    try output.payload(Array(text.utf8))
    if isRedacted, text.contains(InventoryValue.redactedText) {
      output.note("secrets are hidden on a terminal; --to FILE writes them")
    }
  }
}
