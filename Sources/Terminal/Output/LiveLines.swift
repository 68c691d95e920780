/// The lines at the bottom of a terminal that are redrawn in place: what must be written to change them. A value, without
/// I/O.
///
/// After each of its texts the cursor stands in the last of the lines; that is what the next one starts from.
struct LiveLines {
  private(set) var lines: [String] = []

  var isEmpty: Bool { lines.isEmpty }

  /// Draws the lines where the cursor is, which must be the beginning of a row.
  var drawing: String { lines.joined(separator: "\n") }

  /// Takes the lines off the screen; the cursor then stands where the first began. Empty when there are none.
  var erasure: String { lines.isEmpty ? "" : toFirst + (lines.count == 1 ? Self.clearRow : Self.clearBelow) }

  /// Has other lines from now on.
  ///
  /// - Parameter new: each narrower than the screen and without line breaks; fewer than the screen has rows.
  /// - Returns: what draws them over the present ones; nil if nothing changes.
  mutating func replace(with new: [String]) -> String? {
    guard new != lines else { return nil }
    defer { lines = new }
    guard !new.isEmpty else { return erasure }
    // Each row is overwritten and then cleared behind its text: cleared first, it would flicker.
    return toFirst + new.joined(separator: Self.clearRow + "\n")
      + (lines.count > new.count ? Self.clearBelow : Self.clearRow)
  }

  private var toFirst: String { lines.count > 1 ? "\r\u{1B}[\(lines.count - 1)A" : "\r" }
  private static let clearRow = "\u{1B}[K"
  /// The rest of the row, and all rows below.
  private static let clearBelow = "\u{1B}[J"
}
