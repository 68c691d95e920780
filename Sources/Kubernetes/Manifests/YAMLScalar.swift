import Foundation

/// What a YAML scalar means, as kubectl reads it.
///
/// kubectl's rules are those of YAML 1.1 with Go's numbers: `yes`, `on` and `y` are true, `010` is 8, `0o10` too, `1_000`
/// is a thousand, `190:20:30` and dates are strings. What is quoted, or says `!!str`, is a string.
enum YAMLScalar {
  /// - Parameters:
  ///   - tag: as `tag:yaml.org,2002:int`; nil if none was written.
  ///   - isPlain: it was not quoted and is no block.
  /// - Returns: nil if the text is not what its tag says.
  static func value(_ text: String, tag: String?, isPlain: Bool) -> JSONValue? {
    let prefix = "tag:yaml.org,2002:"
    guard let tag, tag.hasPrefix(prefix) else {
      // A tag of the writer's own, or a lone '!', makes a string of whatever stands there.
      return isPlain && tag == nil ? plain(text) : .string(text)
    }
    switch tag.dropFirst(prefix.count) {
    case "null": return plain(text).isNull ? .null : nil
    case "bool":
      guard case .bool(let value) = plain(text) else { return nil }
      return .bool(value)
    case "int":
      guard case .integer(let value) = plain(text) else { return nil }
      return .integer(value)
    case "float":
      let value = plain(text)
      return value.number == nil ? nil : value
    case "binary":
      let bytes = Data(base64Encoded: text.filter { !$0.isWhitespace })
      return bytes.flatMap { String(validating: $0, as: UTF8.self) }.map { .string($0) }
    default: return .string(text)
    }
  }

  /// What a scalar without quotes and tag means. Infinity and NaN, which JSON does not know, are numbers here.
  static func plain(_ text: String) -> JSONValue {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON": return .bool(true)
    case "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF": return .bool(false)
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .number(.infinity)
    case "-.inf", "-.Inf", "-.INF": return .number(-.infinity)
    case ".nan", ".NaN", ".NAN": return .number(.nan)
    default: return number(text) ?? .string(text)
    }
  }

  private static func number(_ text: String) -> JSONValue? {
    guard let first = text.utf8.first, text.utf8.count <= 400,
      (0x30...0x39).contains(first) || first == 0x2B || first == 0x2D || first == 0x2E
    else { return nil }
    let digits = text.filter { $0 != "_" }
    if let value: Int64 = integer(digits) { return .integer(value) }
    if let value: UInt64 = integer(digits) { return .number(Double(value)) }
    guard isDecimal(digits), let value = Double(digits), value.isFinite else { return nil }
    // kubectl writes such numbers as JSON and reads them again: what has no fraction becomes an integer.
    return Int64(exactly: value).map { .integer($0) } ?? .number(value)
  }

  /// With a sign and `0x`, `0o`, `0b`, or a leading zero for octal.
  private static func integer<Value: FixedWidthInteger>(_ text: String) -> Value? {
    var digits = text[...]
    var sign = ""
    if let first = digits.first, first == "-" || first == "+" {
      sign = first == "-" ? "-" : ""
      digits = digits.dropFirst()
    }
    var radix = 10
    if digits.utf8.count > 1, digits.first == "0" {
      switch digits.dropFirst().first {
      case "x", "X": radix = 16
      case "o", "O": radix = 8
      case "b", "B": radix = 2
      default:
        radix = 8
        digits = "0" + digits
      }
      digits = digits.dropFirst(2)
    }
    // Swift's own reader would take a second sign.
    guard let first = digits.first, first != "-", first != "+" else { return nil }
    return Value(sign + digits, radix: radix)
  }

  /// Whether it is `1`, `1.`, `.5` or `1.5`, with a sign and an exponent or without.
  private static func isDecimal(_ text: String) -> Bool {
    var rest = text.utf8[...]
    func digits() -> Int {
      let count = rest.prefix { (0x30...0x39).contains($0) }.count
      rest = rest.dropFirst(count)
      return count
    }
    func skip(_ letters: [UInt8]) -> Bool {
      guard let first = rest.first, letters.contains(first) else { return false }
      rest = rest.dropFirst()
      return true
    }
    _ = skip([0x2B, 0x2D])
    let whole = digits()
    let fraction = skip([0x2E]) ? digits() : 0
    guard whole + fraction > 0 else { return false }
    if skip([0x45, 0x65]) {
      _ = skip([0x2B, 0x2D])
      guard digits() > 0 else { return false }
    }
    return rest.isEmpty
  }
}
