/// Reads the words, quoted texts and signs of a header's field, one after the other.
///
/// Source of the grammar: RFC 9110, section 5.6 (`token`, `quoted-string`, optional blanks).
struct FieldScanner {
  private var rest: Substring.UTF8View

  init(_ text: String) { rest = text[...].utf8 }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func skipBlanks() {
    while let first = rest.first, first == 0x20 || first == 0x09 { rest = rest.dropFirst() }
  }

  /// Takes `sign` if it comes next.
  mutating func take(_ sign: Unicode.Scalar) -> Bool {
    guard let first = rest.first, first == UInt8(ascii: sign) else { return false }
    rest = rest.dropFirst()
    return true
  }

  /// A word, or nil if something else comes next.
  mutating func word() -> String? {
    let word = rest.prefix { Self.isWord($0) }
    guard !word.isEmpty else { return nil }
    rest = rest.dropFirst(word.count)
    return String(decoding: word, as: UTF8.self)
  }

  /// A word or a quoted text, without the quotes. Nil if neither comes, or a quote is never closed.
  mutating func value() -> String? {
    guard take("\"") else { return word() }
    var bytes: [UInt8] = []
    while let byte = rest.first {
      rest = rest.dropFirst()
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: bytes, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard let next = rest.first else { return nil }
        rest = rest.dropFirst()
        bytes.append(next)
      default: bytes.append(byte)
      }
    }
    return nil
  }

  /// Everything up to `sign`, which is taken too; nil if it never comes.
  mutating func text(until sign: Unicode.Scalar) -> String? {
    guard let end = rest.firstIndex(of: UInt8(ascii: sign)) else { return nil }
    let text = String(decoding: rest[..<end], as: UTF8.self)
    rest = rest[rest.index(after: end)...]
    return text
  }

  /// Goes on after the next comma that stands outside quotes, or to the end.
  mutating func skipToNext() {
    var isQuoted = false
    while let byte = rest.first {
      if byte == UInt8(ascii: ","), !isQuoted { return }
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if byte == UInt8(ascii: "\\"), isQuoted { rest = rest.dropFirst() }
      rest = rest.dropFirst()
    }
  }

  /// The characters of a `token`, and those of `token68` that are often left unquoted by mistake, but `=` and `,`.
  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122: true
    default: "!#$%&'*+-.^_`|~/:".utf8.contains(byte)
    }
  }
}
