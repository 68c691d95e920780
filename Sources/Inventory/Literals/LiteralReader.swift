/// A recursive descent through the literals of Python. What it does not know is no literal, and the value stays text.
struct LiteralReader {
  /// What an expression is made of: only plain numbers take a sign, and only those with or without one make a sum.
  enum Shape {
    case number, signedNumber, other
  }

  private var scanner: LiteralScanner
  private var depth = 0

  init(_ text: String) { scanner = LiteralScanner(text) }

  /// - Returns: nil if the text as a whole is no literal.
  mutating func read() throws(LiteralFault) -> PythonValue? {
    scanner.skipBlanks()
    guard let (value, _) = try elements(isBare: true), scanner.isAtEnd else { return nil }
    return value
  }

  /// One element, or several with commas between them, which make a tuple.
  private mutating func elements(isBare: Bool) throws(LiteralFault) -> (PythonValue, Shape)? {
    guard let first = try element() else { return nil }
    guard scanner.peek == "," else { return first }
    var elements = [first.0]
    while scanner.take(",") {
      if isBare ? scanner.isAtEnd : scanner.peek == ")" { break }
      guard let (next, _) = try element() else { return nil }
      elements.append(next)
    }
    return (.tuple(elements), .other)
  }

  private mutating func element() throws(LiteralFault) -> (PythonValue, Shape)? {
    guard let (left, shape) = try signed() else { return nil }
    guard scanner.peek == "+" || scanner.peek == "-" else { return (left, shape) }
    // The only sum that is a literal: a real number and an imaginary one.
    let isMinus = scanner.peek == "-"
    scanner.advance()
    scanner.skipBlanks()
    guard shape != .other, let real = Self.real(left), case (let right, .number)? = try primary(),
      case .complex(_, let imaginary) = right, scanner.peek != "+", scanner.peek != "-"
    else { return nil }
    return (.complex(real + 0, isMinus ? -imaginary : imaginary), .other)
  }

  private mutating func signed() throws(LiteralFault) -> (PythonValue, Shape)? {
    guard let sign = scanner.peek, sign == "+" || sign == "-" else { return try primary() }
    scanner.advance()
    scanner.skipBlanks()
    guard case (let value, .number)? = try primary() else { return nil }
    guard sign == "-" else { return (value, .signedNumber) }
    switch value {
    case .int(let number): return (.int(number.negated), .signedNumber)
    case .real(let number): return (.real(-number), .signedNumber)
    case .complex(let real, let imaginary): return (.complex(-real, -imaginary), .signedNumber)
    default: return nil
    }
  }

  private mutating func primary() throws(LiteralFault) -> (PythonValue, Shape)? {
    guard let first = scanner.peek else { return nil }
    switch first {
    case "(": return try parenthesised()
    case "[": return try nested { (reader) throws(LiteralFault) in try reader.list() }
    case "{": return try nested { (reader) throws(LiteralFault) in try reader.braced() }
    case "0"..."9", ".": return number()
    default:
      if let text = try strings() { return (text, .other) }
      return name()
    }
  }

  private mutating func nested(
    _ body: (inout LiteralReader) throws(LiteralFault) -> PythonValue?
  ) throws(LiteralFault) -> (PythonValue, Shape)? {
    depth += 1
    defer { depth -= 1 }
    guard depth <= InventoryLimits.valueDepth else {
      throw LiteralFault(reason: "is nested over \(InventoryLimits.valueDepth) deep; flatten it")
    }
    scanner.advance()
    scanner.skipBlanks()
    guard let value = try body(&self) else { return nil }
    scanner.skipBlanks()
    return (value, .other)
  }

  /// Parentheses leave no trace in the meaning: `-(1)` is a signed number.
  private mutating func parenthesised() throws(LiteralFault) -> (PythonValue, Shape)? {
    var shape = Shape.other
    let value = try nested { (reader) throws(LiteralFault) in
      if reader.scanner.take(")") { return .tuple([]) }
      guard let (value, found) = try reader.elements(isBare: false), reader.scanner.take(")") else { return nil }
      shape = found
      return value
    }
    return value.map { ($0.0, shape) }
  }

  private mutating func list() throws(LiteralFault) -> PythonValue? {
    var elements: [PythonValue] = []
    while !scanner.take("]") {
      guard let (next, _) = try element() else { return nil }
      elements.append(next)
      guard scanner.take(",") || scanner.peek == "]" else { return nil }
      scanner.skipBlanks()
    }
    return .list(elements)
  }

  /// A mapping or a set.
  private mutating func braced() throws(LiteralFault) -> PythonValue? {
    if scanner.take("}") { return .dict([]) }
    var members: [(key: PythonValue, value: PythonValue)] = []
    var elements: [PythonValue] = []
    while !scanner.take("}") {
      guard let (key, _) = try element() else { return nil }
      let isMember = scanner.take(":")
      scanner.skipBlanks()
      if isMember {
        guard elements.isEmpty, let (value, _) = try element() else { return nil }
        members.append((key, value))
      } else {
        guard members.isEmpty else { return nil }
        elements.append(key)
      }
      guard scanner.take(",") || scanner.peek == "}" else { return nil }
      scanner.skipBlanks()
    }
    return elements.isEmpty ? .dict(members) : .set(elements)
  }

  private mutating func number() -> (PythonValue, Shape)? {
    if scanner.takeEllipsis() {
      scanner.skipBlanks()
      return (.ellipsis, .other)
    }
    guard let value = scanner.number() else { return nil }
    scanner.skipBlanks()
    return (value, .number)
  }

  private mutating func name() -> (PythonValue, Shape)? {
    let name = scanner.name()
    scanner.skipBlanks()
    switch name {
    case "None": return (.none, .other)
    case "True": return (.bool(true), .other)
    case "False": return (.bool(false), .other)
    case "set":
      guard scanner.take("(") else { return nil }
      scanner.skipBlanks()
      guard scanner.take(")") else { return nil }
      scanner.skipBlanks()
      return (.set([]), .other)
    default: return nil
    }
  }

  /// Strings side by side are one.
  private mutating func strings() throws(LiteralFault) -> PythonValue? {
    var text: String?
    var bytes: [UInt8]?
    while let part = try scanner.string() {
      switch part {
      case .text(let more): text = (text ?? "") + more
      case .bytes(let more): bytes = (bytes ?? []) + more
      default: return nil
      }
      scanner.skipBlanks()
    }
    guard text == nil || bytes == nil else { return nil }
    return text.map(PythonValue.text) ?? bytes.map(PythonValue.bytes)
  }

  private static func real(_ value: PythonValue) -> Double? {
    switch value {
    case .int(let number): Double(number.description)
    case .real(let number): number
    default: nil
    }
  }
}
