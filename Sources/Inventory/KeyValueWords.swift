/// Splits `name=value name='a b'` into words as Ansible does for `--extra-vars` (`parse_kv` in its `splitter.py`), which is
/// not as a shell does: there are no comments, quotes count only around a whole value, and a backslash is one but in the escapes
/// that Python knows.
enum KeyValueWords {
  struct OpenQuote: Error {}

  /// The words between blanks and line ends that are in no quotes. Quotes and backslashes stay.
  static func split(_ text: String) throws(OpenQuote) -> [String] {
    var words: [String] = []
    var word = ""
    var quote: Unicode.Scalar?
    var last: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      if quote == nil, scalar == " " || scalar == "\n" {
        if !word.isEmpty { words.append(word) }
        word = ""
      } else {
        word.unicodeScalars.append(scalar)
      }
      if scalar == "'" || scalar == "\"", last != "\\" {
        if quote == nil { quote = scalar } else if quote == scalar { quote = nil }
      }
      last = scalar
    }
    guard quote == nil else { throw OpenQuote() }
    return word.isEmpty ? words : words + [word]
  }

  /// A word's two sides, with escapes made into what they mean and without the quotes around the value; nil: it has no `=`.
  static func pair(_ word: String) -> (name: String, value: String)? {
    let scalars = Array(unescaped(word))
    // An equals sign behind a backslash belongs to the name.
    guard let equals = scalars.indices.first(where: { $0 > 0 && scalars[$0] == "=" && scalars[$0 - 1] != "\\" }) else {
      return nil
    }
    return (PythonText.strip(text(scalars[..<equals])), unquoted(PythonText.strip(text(scalars[(equals + 1)...]))))
  }

  private static func unquoted(_ text: String) -> String {
    let value = Array(text.unicodeScalars)
    guard value.count > 1, let quote = value.first, quote == "'" || quote == "\"", quote == value.last,
      value[value.count - 2] != "\\"
    else { return text }
    return self.text(value.dropFirst().dropLast())
  }

  private static let singles: [Unicode.Scalar: Unicode.Scalar] = [
    "\\": "\\", "'": "'", "\"": "\"", "a": "\u{07}", "b": "\u{08}", "f": "\u{0C}", "n": "\n", "r": "\r", "t": "\t",
    "v": "\u{0B}",
  ]
  private static let digits: [Unicode.Scalar: Int] = ["x": 2, "u": 4, "U": 8]

  private static func unescaped(_ word: String) -> [Unicode.Scalar] {
    let scalars = Array(word.unicodeScalars)
    var result: [Unicode.Scalar] = []
    var place = 0
    while place < scalars.count {
      defer { place += 1 }
      guard scalars[place] == "\\", place + 1 < scalars.count else {
        result.append(scalars[place])
        continue
      }
      let kind = scalars[place + 1]
      if let single = singles[kind] {
        result.append(single)
        place += 1
      } else if let count = digits[kind], place + 1 + count < scalars.count,
        let scalar = character(scalars[(place + 2)..<(place + 2 + count)])
      {
        result.append(scalar)
        place += 1 + count
      } else {
        result.append(scalars[place])
      }
    }
    return result
  }

  /// That of a number in hexadecimal digits.
  private static func character(_ digits: ArraySlice<Unicode.Scalar>) -> Unicode.Scalar? {
    guard digits.allSatisfy(\.properties.isASCIIHexDigit) else { return nil }
    return UInt32(text(digits), radix: 16).flatMap(Unicode.Scalar.init)
  }

  private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    String(String.UnicodeScalarView(scalars))
  }
}
