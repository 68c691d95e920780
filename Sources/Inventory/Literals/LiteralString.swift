/// One string of Python, from its opening quote to its closing one.
struct LiteralString {
  private let scalars: [Unicode.Scalar]
  private let quote: Unicode.Scalar
  private let isRaw: Bool
  private let isBytes: Bool
  /// Behind the string, once it was read.
  private(set) var position: Int
  private var result: [UInt32] = []

  init(_ scalars: [Unicode.Scalar], quote: Unicode.Scalar, at position: Int, isRaw: Bool, isBytes: Bool) {
    self.scalars = scalars
    self.quote = quote
    self.position = position
    self.isRaw = isRaw
    self.isBytes = isBytes
  }

  private var peek: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  private func isQuote(_ offset: Int) -> Bool {
    position + offset < scalars.count && scalars[position + offset] == quote
  }

  /// - Returns: nil if it does not end, or has an escape that Python does not read.
  mutating func read() throws(LiteralFault) -> PythonValue? {
    let isLong = isQuote(1) && isQuote(2)
    position += isLong ? 3 : 1
    while let next = peek {
      if next == quote, !isLong || (isQuote(1) && isQuote(2)) {
        position += isLong ? 3 : 1
        return try value()
      }
      if isBytes, !next.isASCII { return nil }
      position += 1
      guard next == "\\" else {
        result.append(next.value)
        continue
      }
      guard let escaped = peek else { return nil }
      if isRaw {
        result += [next.value, escaped.value]
        position += 1
      } else if try !escape() {
        return nil
      }
    }
    return nil
  }

  private func value() throws(LiteralFault) -> PythonValue {
    if isBytes { return .bytes(result.map { UInt8(truncatingIfNeeded: $0) }) }
    var text = ""
    for number in result {
      guard let scalar = Unicode.Scalar(number) else {
        throw LiteralFault(reason: "holds half a character (\\ud800 to \\udfff); write the character itself")
      }
      text.unicodeScalars.append(scalar)
    }
    return .text(text)
  }

  /// What stands behind a backslash. False if Python would not read it.
  private mutating func escape() throws(LiteralFault) -> Bool {
    guard let letter = peek else { return false }
    position += 1
    switch letter {
    case "\\", "'", "\"": result.append(letter.value)
    case "a": result.append(7)
    case "b": result.append(8)
    case "f": result.append(12)
    case "n": result.append(10)
    case "r": result.append(13)
    case "t": result.append(9)
    case "v": result.append(11)
    case "0"..."7": octal(letter)
    case "x": return hexadecimal(2)
    case "u" where !isBytes: return hexadecimal(4)
    case "U" where !isBytes: return hexadecimal(8)
    case "N" where !isBytes:
      guard peek == "{" else { return false }
      throw LiteralFault(reason: "names a character by \\N{…}; write the character itself")
    default: result += [UInt32(0x5C), letter.value]
    }
    return true
  }

  private mutating func octal(_ first: Unicode.Scalar) {
    var number = first.value - 0x30
    for _ in 0..<2 {
      guard let next = peek, ("0"..."7").contains(next) else { break }
      number = number * 8 + next.value - 0x30
      position += 1
    }
    result.append(number)
  }

  private mutating func hexadecimal(_ count: Int) -> Bool {
    var number: UInt32 = 0
    for _ in 0..<count {
      guard let next = peek, next.isASCII, let digit = Character(next).hexDigitValue else { return false }
      number = number << 4 | UInt32(digit)
      position += 1
    }
    guard number <= 0x10FFFF else { return false }
    result.append(number)
    return true
  }
}
