import SeededDice

/// Breaks files the way people and disks do: bytes change, lines go, move, repeat, lose their indentation, get other
/// values.
enum RandomMutations {
  private static let pieces = [
    "{", "}", "[", "]", ":", "- ", "\"", "'", "&a ", "*a", "!!binary ", "|", ">", "#", "\n", "\t", "~", "null", "\u{0}",
    "\u{FEFF}", "999999999999999999999", "-1", "1e400", "{input}", "{{", "<<: *a", "---\n", "...\n", "? ",
    "%YAML 9.9\n",
    "\u{1B}[2J", "日本", "kinds:", "verifier: none", "sqlite:", "postgres://u:p@h/d",
  ]

  static func mutate(_ text: String, _ generator: inout Dice) -> [UInt8] {
    var bytes = Array(text.utf8)
    for _ in 0..<Int.random(in: 1...6, using: &generator) {
      var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
      let line = Int.random(in: 0..<lines.count, using: &generator)
      switch Int.random(in: 0..<8, using: &generator) {
      case 0: lines.remove(at: line)
      case 1: lines.insert(lines[line], at: Int.random(in: 0..<lines.count, using: &generator))
      case 2: lines[line] = Array(lines[line].drop { $0 == 0x20 })
      case 3: lines[line] = Array("  ".utf8) + lines[line]
      case 4: lines.swapAt(line, Int.random(in: 0..<lines.count, using: &generator))
      case 5:
        let at = Int.random(in: 0...lines[line].count, using: &generator)
        lines[line].insert(contentsOf: Array((pieces.randomElement(using: &generator) ?? "").utf8), at: at)
      case 6:
        if let colon = lines[line].firstIndex(of: 0x3A) {
          lines[line] = Array(lines[line][...colon]) + Array(" \(pieces.randomElement(using: &generator) ?? "")".utf8)
        }
      default:
        if !lines[line].isEmpty {
          let at = Int.random(in: 0..<lines[line].count, using: &generator)
          lines[line][at] = UInt8.random(in: 0...255, using: &generator)
        }
      }
      bytes = Array(lines.joined(separator: [0x0A]))
      if bytes.isEmpty { return bytes }
    }
    return bytes
  }
}
