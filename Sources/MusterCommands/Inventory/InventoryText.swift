import Inventory
import Terminal

/// Prints values of an inventory as JSON. They hold integers of any size, which the encoder of Swift has no place for.
enum InventoryText {
  /// On a terminal over several lines.
  static func print(_ value: InventoryValue, to output: Output) throws {
    // Only ASCII, control characters escaped: a terminal has nothing to obey.
    try output.payload(Array((value.json(isIndented: output.results.isTerminal) + "\n").utf8))
  }
}
