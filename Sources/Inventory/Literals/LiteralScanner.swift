/// The words of a Python literal: blanks, numbers, names, strings.
struct LiteralScanner {
  private let scalars: [Unicode.Scalar]
  private var position = 0

  init(_ text: String) { scalars = Array(text.unicodeScalars) }

  var isAtEnd: Bool { position >= scalars.count }
  var peek: Unicode.Scalar? { isAtEnd ? nil : scalars[position] }
  private func peek(_ offset: Int) -> Unicode.Scalar? {
    scalars.indices.contains(position + offset) ? scalars[position + offset] : nil
  }

  mutating func advance() { position += 1 }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard peek == scalar else { return false }
    position += 1
    // Blanks behind an opening mark are its reader's affair, those behind any other are nobody's.
    skipBlanks()
    return true
  }

  /// Blanks, and a comment, which ends the text.
  mutating func skipBlanks() {
    while let next = peek, next == " " || next == "\t" || next == "\u{0C}" { position += 1 }
    if peek == "#" { position = scalars.count }
  }

  mutating func takeEllipsis() -> Bool {
    guard peek == ".", peek(1) == ".", peek(2) == "." else { return false }
    position += 3
    return true
  }

  /// Letters, digits and underscores.
  mutating func name() -> String {
    let start = position
    while let next = peek, PythonText.isWord(next) { position += 1 }
    return text(start..<position)
  }

  private func text(_ range: Range<Int>) -> String {
    var text = ""
    text.unicodeScalars.append(contentsOf: scalars[range])
    return text
  }

  /// Digits of a radix with single underscores between them, without these; nil, and nothing taken, if there is none.
  private mutating func digits(radix: Int, mayBeginWithUnderscore: Bool = false) -> String? {
    var digits = ""
    var index = position
    var wasDigit = mayBeginWithUnderscore
    while index < scalars.count {
      let next = scalars[index]
      if next == "_", wasDigit {
        wasDigit = false
      } else if next.isASCII, let value = Character(next).hexDigitValue, value < radix {
        digits.unicodeScalars.append(next)
        wasDigit = true
      } else {
        break
      }
      index += 1
    }
    guard !digits.isEmpty, wasDigit else { return nil }
    position = index
    return digits
  }

  /// A number without sign; nil if there is none, or letters follow at once.
  mutating func number() -> PythonValue? {
    guard let value = unsignedNumber() else { return nil }
    if let next = peek, PythonText.isWord(next) { return nil }
    return value
  }

  private mutating func unsignedNumber() -> PythonValue? {
    if peek == "0", let mark = peek(1), let radix = Self.radix(mark) {
      position += 2
      return digits(radix: radix, mayBeginWithUnderscore: true)
        .flatMap { WholeNumber(digits: $0, radix: radix) }.map(PythonValue.int)
    }
    let whole = digits(radix: 10)
    var isReal = false
    var text = whole ?? "0"
    if peek == "." {
      position += 1
      let fraction = digits(radix: 10)
      guard whole != nil || fraction != nil else { return nil }
      text += "." + (fraction ?? "0")
      isReal = true
    }
    guard whole != nil || isReal else { return nil }
    if peek == "e" || peek == "E" {
      position += 1
      var sign = ""
      if peek == "+" || peek == "-" {
        sign = peek == "-" ? "-" : ""
        position += 1
      }
      guard let exponent = digits(radix: 10) else { return nil }
      text += "e" + sign + exponent
      isReal = true
    }
    if peek == "j" || peek == "J" {
      position += 1
      return Double(text).map { .complex(0, $0) }
    }
    if isReal { return Double(text).map(PythonValue.real) }
    // 007 is no number in Python, but 00 is zero.
    guard text.utf8.count == 1 || text.utf8.first != UInt8(ascii: "0") || text.utf8.allSatisfy({ $0 == 0x30 })
    else { return nil }
    return WholeNumber(digits: text, radix: 10).map(PythonValue.int)
  }

  private static func radix(_ mark: Unicode.Scalar) -> Int? {
    switch mark {
    case "x", "X": 16
    case "o", "O": 8
    case "b", "B": 2
    default: nil
    }
  }

  /// A string with its prefix; nil, and nothing taken, if none begins here, or its form is not that of a literal.
  mutating func string() throws(LiteralFault) -> PythonValue? {
    var prefix = ""
    while let letter = peek(prefix.unicodeScalars.count), "bBrRuU".unicodeScalars.contains(letter), prefix.count < 3 {
      prefix.unicodeScalars.append(letter)
    }
    prefix = prefix.lowercased()
    guard ["", "b", "r", "u", "br", "rb"].contains(prefix), let quote = peek(prefix.count),
      quote == "'" || quote == "\""
    else { return nil }
    let start = position
    position += prefix.count
    var body = LiteralString(
      scalars, quote: quote, at: position, isRaw: prefix.contains("r"), isBytes: prefix.contains("b"))
    guard let value = try body.read() else {
      position = start
      return nil
    }
    position = body.position
    return value
  }
}
