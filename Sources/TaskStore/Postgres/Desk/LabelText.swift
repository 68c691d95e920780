/// Text in a form that PostgreSQL takes: it has no zero byte in any text, not even an escaped one in JSON.
enum LabelText {
  /// A zero byte is written as U+F8FE, and so that this can be undone, U+F8FE and U+F8FF after a U+F8FF.
  static func stored(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { $0 == "\0" || $0 == mark || $0 == escape }) else { return text }
    var stored = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\0": stored.append(mark)
      case mark, escape:
        stored.append(escape)
        stored.append(scalar)
      default: stored.append(scalar)
      }
    }
    return String(stored)
  }

  static func read(_ stored: String) -> String {
    guard stored.unicodeScalars.contains(where: { $0 == mark || $0 == escape }) else { return stored }
    var text = String.UnicodeScalarView()
    var escaped = false
    for scalar in stored.unicodeScalars {
      if escaped {
        text.append(scalar)
        escaped = false
      } else if scalar == escape {
        escaped = true
      } else {
        text.append(scalar == mark ? "\0" : scalar)
      }
    }
    return String(text)
  }

  static func stored(_ labels: [String: String]) -> [String: String] {
    Dictionary(labels.map { (stored($0.key), stored($0.value)) }, uniquingKeysWith: { $1 })
  }

  static func read(_ labels: [String: String]) -> [String: String] {
    Dictionary(labels.map { (read($0.key), read($0.value)) }, uniquingKeysWith: { $1 })
  }

  /// An error's sentence, for people: a zero byte in it is not worth keeping.
  static func sentence(_ text: String) -> String { text.replacing("\0", with: "\u{FFFD}") }

  private static let mark: Unicode.Scalar = "\u{F8FE}"
  private static let escape: Unicode.Scalar = "\u{F8FF}"
}
