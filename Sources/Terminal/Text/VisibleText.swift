/// Makes text that others wrote harmless for a terminal: what would move the cursor, recolour or reorder the line, or
/// forge another line, is shown as an escape (`\n`, `\u{1B}`).
public enum VisibleText {
  /// One line: every control character becomes visible, line breaks and tabs too.
  public static func line(_ text: String) -> String { escaped(text, keepsLines: false) }

  /// Several lines: like ``line(_:)``, but line breaks and tabs stay.
  public static func lines(_ text: String) -> String { escaped(text, keepsLines: true) }

  private static func escaped(_ text: String, keepsLines: Bool) -> String {
    guard text.unicodeScalars.contains(where: { isHostile($0) }) else { return text }
    var result = ""
    result.reserveCapacity(text.utf8.count + 16)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n", "\t":
        if keepsLines { result.unicodeScalars.append(scalar) } else { result += scalar == "\n" ? "\\n" : "\\t" }
      case "\r": result += "\\r"
      case _ where isHostile(scalar): result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Controls (C0, C1, DEL), line and paragraph separators, and invisible format characters such as those that reverse
  /// the direction of the text. The two joiners stay: names in several scripts and most compound emoji need them.
  static func isHostile(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value >= 0x20 && scalar.value < 0x7F { return false }
    if scalar.value == 0x200C || scalar.value == 0x200D { return false }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: return true
    default: return false
    }
  }
}
