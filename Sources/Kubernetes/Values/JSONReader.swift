import Foundation
import NIOCore

/// Reads JSON (RFC 8259) into ``JSONValue``.
///
/// It exists beside Foundation's decoder because a dynamic object is read here several times as fast, integers stay
/// exact, and depth is bounded. Of two members with one name the last counts, as for the API server, unless the caller
/// wants them refused.
public struct JSONReader {
  /// How deep values may be nested; recursion follows it.
  static let deepest = 512

  private let bytes: UnsafeBufferPointer<UInt8>
  private let refusesDuplicates: Bool
  private var position = 0
  private var depth = 0

  private init(_ bytes: UnsafeBufferPointer<UInt8>, refusesDuplicates: Bool) {
    self.bytes = bytes
    self.refusesDuplicates = refusesDuplicates
  }

  /// Reads one value, and nothing but blanks after it.
  ///
  /// - Throws: ``KubernetesError`` (`badValue`), with line and column.
  public static func parse(_ json: some Sequence<UInt8>, refusesDuplicates: Bool = false) throws(KubernetesError)
    -> JSONValue
  {
    let result = json.withContiguousStorageIfAvailable { parse($0, refusesDuplicates) }
    switch result ?? Array(json).withUnsafeBufferPointer({ parse($0, refusesDuplicates) }) {
    case .success(let value): return value
    case .failure(let error): throw error
    }
  }

  /// As above.
  public static func parse(_ json: ByteBuffer) throws(KubernetesError) -> JSONValue {
    try parse(json.readableBytesView)
  }

  /// Reads values one after the other, each with the line on which it begins. Duplicate names are refused.
  static func parseAll(_ json: [UInt8]) throws(KubernetesError) -> [(value: JSONValue, line: Int)] {
    let result = json.withUnsafeBufferPointer { bytes in
      var reader = JSONReader(bytes, refusesDuplicates: true)
      var values: [(value: JSONValue, line: Int)] = []
      var counted = 0
      var line = 1
      do throws(KubernetesError) {
        while true {
          reader.skipBlanks()
          guard reader.position < bytes.count else { break }
          line += bytes[counted..<reader.position].count { $0 == 0x0A }
          counted = reader.position
          values.append((try reader.value(), line))
        }
        return Result<[(value: JSONValue, line: Int)], KubernetesError>.success(values)
      } catch {
        return .failure(error)
      }
    }
    switch result {
    case .success(let values): return values
    case .failure(let error): throw error
    }
  }

  private static func parse(_ bytes: UnsafeBufferPointer<UInt8>, _ refusesDuplicates: Bool)
    -> Result<JSONValue, KubernetesError>
  {
    var reader = JSONReader(bytes, refusesDuplicates: refusesDuplicates)
    do throws(KubernetesError) {
      let value = try reader.value()
      reader.skipBlanks()
      guard reader.position == bytes.count else { throw reader.error("something follows the value") }
      return .success(value)
    } catch {
      return .failure(error)
    }
  }

  private mutating func value() throws(KubernetesError) -> JSONValue {
    skipBlanks()
    guard position < bytes.count else { throw error("it ends where a value should begin") }
    switch bytes[position] {
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func object() throws(KubernetesError) -> JSONValue {
    try enter()
    var members: [String: JSONValue] = [:]
    if take(UInt8(ascii: "}")) {
      depth -= 1
      return .object(members)
    }
    while true {
      skipBlanks()
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
        throw error("a member's name is missing")
      }
      let start = position
      let name = try string()
      guard take(UInt8(ascii: ":")) else { throw error("a colon is missing after a member's name") }
      let value = try value()
      if members.updateValue(value, forKey: name) != nil {
        // Swift takes two spellings of one letter for the same name; one of them would be lost silently.
        let isSame = members.index(forKey: name).map { members.keys[$0].utf8.elementsEqual(name.utf8) } ?? true
        guard isSame, !refusesDuplicates else {
          position = start
          throw error("a member's name stands twice in one object")
        }
      }
      if take(UInt8(ascii: ",")) { continue }
      guard take(UInt8(ascii: "}")) else { throw error("a comma or the end of an object is missing") }
      depth -= 1
      return .object(members)
    }
  }

  private mutating func array() throws(KubernetesError) -> JSONValue {
    try enter()
    var elements: [JSONValue] = []
    if take(UInt8(ascii: "]")) {
      depth -= 1
      return .array(elements)
    }
    while true {
      elements.append(try value())
      if take(UInt8(ascii: ",")) { continue }
      guard take(UInt8(ascii: "]")) else { throw error("a comma or the end of an array is missing") }
      depth -= 1
      return .array(elements)
    }
  }

  private mutating func enter() throws(KubernetesError) {
    depth += 1
    guard depth <= Self.deepest else { throw error("it is nested over \(Self.deepest) deep") }
    position += 1
  }

  private mutating func word(_ word: StaticString, _ value: JSONValue) throws(KubernetesError) -> JSONValue {
    let count = word.utf8CodeUnitCount
    let isThere =
      bytes.count - position >= count
      && bytes[position..<position + count].elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: count))
    guard isThere else { throw error("there is no such word in JSON") }
    position += count
    return value
  }

  private mutating func number() throws(KubernetesError) -> JSONValue {
    let start = position
    if position < bytes.count, bytes[position] == UInt8(ascii: "-") { position += 1 }
    let first = position
    guard digits() > 0 else { throw error("there is no value that begins like this") }
    if bytes[first] == UInt8(ascii: "0"), position - first > 1 { throw error("a number begins with a zero") }
    var isInteger = true
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      isInteger = false
      position += 1
      guard digits() > 0 else { throw error("a number ends with a point") }
    }
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      isInteger = false
      position += 1
      if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
        position += 1
      }
      guard digits() > 0 else { throw error("a number's exponent is missing") }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger, let value = Int64(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else { throw error("a number is too large") }
    // 1.0 and 1e3 are integers too, as for kubectl: a value then has one form, however it was spelled.
    return Int64(exactly: value).map { .integer($0) } ?? .number(value)
  }

  private mutating func digits() -> Int {
    let start = position
    while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
    return position - start
  }

  private mutating func string() throws(KubernetesError) -> String {
    position += 1
    let start = position
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        let text = String(validating: bytes[start..<position], as: UTF8.self)
        guard let text else { throw error("a string is not UTF-8") }
        position += 1
        return text
      case UInt8(ascii: "\\"):
        return try escapedString(from: start)
      case 0..<0x20:
        throw error("a control character stands in a string without being escaped")
      default: position += 1
      }
    }
    throw error("a string does not end")
  }

  private mutating func escapedString(from start: Int) throws(KubernetesError) -> String {
    var text = Array(bytes[start..<position])
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: text, as: UTF8.self) else { throw error("a string is not UTF-8") }
        return text
      case UInt8(ascii: "\\"): try escape(into: &text)
      case 0..<0x20: throw error("a control character stands in a string without being escaped")
      default: text.append(byte)
      }
    }
    throw error("a string does not end")
  }

  private mutating func escape(into text: inout [UInt8]) throws(KubernetesError) {
    guard position < bytes.count else { throw error("a string does not end") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(8)
    case UInt8(ascii: "f"): text.append(12)
    case UInt8(ascii: "n"): text.append(10)
    case UInt8(ascii: "r"): text.append(13)
    case UInt8(ascii: "t"): text.append(9)
    case UInt8(ascii: "u"):
      var code = try fourDigits()
      if (0xD800..<0xDC00).contains(code), position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
        bytes[position + 1] == UInt8(ascii: "u")
      {
        position += 2
        let low = try fourDigits()
        guard (0xDC00..<0xE000).contains(low) else { throw error("half a letter is escaped") }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let letter = Unicode.Scalar(code) else { throw error("half a letter is escaped") }
      text.append(contentsOf: UTF8.encode(letter) ?? UTF8.encodedReplacementCharacter)
    default: throw error("there is no such escape in JSON")
    }
  }

  private mutating func fourDigits() throws(KubernetesError) -> UInt32 {
    guard position + 4 <= bytes.count else { throw error("a string does not end") }
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue else {
        throw error("an escape needs four hexadecimal digits")
      }
      code = code << 4 | UInt32(digit)
      position += 1
    }
    return code
  }

  private mutating func skipBlanks() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipBlanks()
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private func error(_ reason: String) -> KubernetesError {
    let before = bytes[..<min(position, bytes.count)]
    let line = before.count { $0 == 0x0A } + 1
    let column = before.reversed().prefix { $0 != 0x0A }.count + 1
    return KubernetesError(
      .badValue, "the JSON is not well formed at line \(line), column \(column): \(reason)",
      details: ["line": "\(line)", "column": "\(column)"])
  }
}
