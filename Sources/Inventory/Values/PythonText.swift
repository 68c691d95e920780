/// What Python, in which Ansible is written, takes for a blank, a line and a letter.
enum PythonText {
  /// As `str.isspace`.
  static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
    default: false
    }
  }

  /// As `str.strip`.
  static func strip(_ text: some StringProtocol) -> String {
    let scalars = text.unicodeScalars
    guard let first = scalars.firstIndex(where: { !isBlank($0) }), let last = scalars.lastIndex(where: { !isBlank($0) })
    else { return "" }
    return String(String.UnicodeScalarView(scalars[first...last]))
  }

  /// As `\w` of a regular expression.
  static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII {
      switch scalar.value {
      case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: return true
      default: return false
      }
    }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber:
      return true
    default: return scalar.properties.numericType != nil
    }
  }

  /// Ends a line for `str.splitlines`.
  static func isLineEnd(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0A...0x0D, 0x1C...0x1E, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }

  /// As `int(text)` with base 10: blanks around, a sign, single underscores between digits.
  static func int(_ text: String) -> WholeNumber? {
    var digits = strip(text)[...]
    let isNegative = digits.first == "-"
    if isNegative || digits.first == "+" { digits = digits.dropFirst() }
    guard let first = digits.utf8.first, first != UInt8(ascii: "_"), digits.utf8.last != UInt8(ascii: "_"),
      !digits.contains("__")
    else { return nil }
    let plain = digits.filter { $0 != "_" }
    guard plain.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return WholeNumber(digits: plain, radix: 10, isNegative: isNegative)
  }

  /// Whether a comes before b by code points, as Python sorts; Swift's order is that of the reader's alphabet.
  static func precedes(_ a: String, _ b: String) -> Bool {
    a.utf8.lexicographicallyPrecedes(b.utf8)
  }
}
