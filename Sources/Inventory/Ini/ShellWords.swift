/// Splits a line into words as a POSIX shell does, with comments: what Python's `shlex` makes of it.
///
/// A `#` that is not quoted starts a comment anywhere, also inside a word; inside double quotes a backslash escapes only a
/// quote or itself; quotes in a word are taken away. Nothing else (`;`, `$`, `~`) is special.
enum ShellWords {
  enum Fault: Error {
    case openQuote
    case openEscape
  }

  static func split(_ line: String) throws(Fault) -> [String] {
    var words: [String] = []
    var word = ""
    var isWord = false
    var scalars = line.unicodeScalars.makeIterator()
    reading: while let scalar = scalars.next() {
      switch scalar {
      case " ", "\t", "\r", "\n":
        if isWord { words.append(word) }
        word = ""
        isWord = false
      case "#": break reading
      case "\\":
        guard let escaped = scalars.next() else { throw .openEscape }
        word.unicodeScalars.append(escaped)
        isWord = true
      case "'", "\"":
        try quoted(scalar, &scalars, &word)
        isWord = true
      default:
        word.unicodeScalars.append(scalar)
        isWord = true
      }
    }
    if isWord { words.append(word) }
    return words
  }

  private static func quoted(
    _ quote: Unicode.Scalar, _ scalars: inout String.UnicodeScalarView.Iterator, _ word: inout String
  ) throws(Fault) {
    while let scalar = scalars.next() {
      if scalar == quote { return }
      guard scalar == "\\", quote == "\"" else {
        word.unicodeScalars.append(scalar)
        continue
      }
      guard let escaped = scalars.next() else { throw .openEscape }
      if escaped != "\\", escaped != quote { word.unicodeScalars.append("\\") }
      word.unicodeScalars.append(escaped)
    }
    throw .openQuote
  }
}
