import NIOCore

import struct Foundation.Data

/// Decodes JSON into types that want only a part of it, and passes over the rest without taking it in.
///
/// It exists because Foundation's decoder reads every value of an object before it gives out the first; of a pod that has 9 KB of
/// JSON most programs keep some hundred bytes. Measured: see `docs/benchmarks.md`. `Data` is read from base64, as the API has it.
///
/// - Important: Values that nobody asks for are not checked; of two members with one name the last counts, as for the API
///   server. A decoding type's `codingPath` is empty; errors carry the whole path all the same.
enum SparseDecoder {
  /// How deep values that are asked for may be nested; recursion follows it.
  static let deepest = 512

  /// - Parameter isInPart: the value is read in part and will not be written back: what only its writers need is left out.
  /// - Throws: `DecodingError`, or what the type throws.
  static func decode<Value: Decodable>(_ type: Value.Type, from json: ByteBuffer, isInPart: Bool = false) throws
    -> Value
  {
    try json.withUnsafeReadableBytes { bytes in
      let scanner = JSONScanner(bytes: bytes)
      let start: Int
      do {
        start = try scanner.start(from: 0)
      } catch {
        throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "there is nothing"))
      }
      return try SparseValue(scanner: scanner, start: start, depth: 0, isInPart: isInPart).decode(type)
    }
  }
}

/// One value of a JSON text that is being decoded. Lives no longer than the bytes that it points to.
struct SparseValue {
  let scanner: JSONScanner
  /// The first byte of the value.
  let start: Int
  let depth: Int
  let isInPart: Bool

  var first: UInt8 { scanner.bytes[start] }
  var isNull: Bool { first == UInt8(ascii: "n") }

  func inner(_ start: Int) -> SparseValue {
    SparseValue(scanner: scanner, start: start, depth: depth + 1, isInPart: isInPart)
  }

  // MARK: Reading

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    if type == String.self { return try cast(string()) }
    if type == Bool.self { return try cast(bool()) }
    if type == Int.self { return try cast(integer(Int.self)) }
    if type == JSONValue.self { return try cast(whole()) }
    if type == Data.self { return try cast(data()) }
    guard depth <= SparseDecoder.deepest else { throw corrupted("it is nested over \(SparseDecoder.deepest) deep") }
    return try Value(from: self)
  }

  /// What `value` is, as the same type by another name.
  private func cast<Value>(_ value: some Any) throws -> Value {
    guard let value = value as? Value else { throw mismatch(Value.self) }
    return value
  }

  func string() throws -> String {
    guard first == UInt8(ascii: "\"") else { throw mismatch(String.self) }
    return try text(start + 1..<reading { () throws(JSONFault) in try scanner.endOfString(start) } - 1)
  }

  /// The text between quotes.
  func text(_ range: Range<Int>) throws -> String {
    let bytes = UnsafeRawBufferPointer(rebasing: scanner.bytes[range])
    if !bytes.contains(UInt8(ascii: "\\")) {
      guard let text = String(validating: bytes, as: UTF8.self) else { throw corrupted("a string is not UTF-8") }
      return text
    }
    // Escapes are rare: their rules stand in the reader of whole values.
    let quoted = UnsafeRawBufferPointer(rebasing: scanner.bytes[range.lowerBound - 1..<range.upperBound + 1])
    guard let text = try? JSONReader.parse(quoted).string else { throw corrupted("a string is not well formed") }
    return text
  }

  func bool() throws -> Bool {
    switch try literal() {
    case "true": return true
    case "false": return false
    default: throw mismatch(Bool.self)
    }
  }

  func integer<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
    guard first == UInt8(ascii: "-") || (0x30...0x39).contains(first) else { throw mismatch(type) }
    let text = try literal()
    if let value = Number(text) { return value }
    // 1.0 and 1e3 are whole numbers too.
    guard let value = Double(text).flatMap({ Number(exactly: $0) }) else { throw mismatch(type) }
    return value
  }

  func number() throws -> Double {
    guard first == UInt8(ascii: "-") || (0x30...0x39).contains(first), let value = Double(try literal()),
      value.isFinite
    else { throw mismatch(Double.self) }
    return value
  }

  private func whole() throws -> JSONValue {
    let end = try reading { () throws(JSONFault) in try scanner.end(of: start) }
    do {
      return try JSONReader.parse(UnsafeRawBufferPointer(rebasing: scanner.bytes[start..<end]))
    } catch {
      throw corrupted("a value is not well formed")
    }
  }

  private func data() throws -> Data {
    guard let data = Data(base64Encoded: try string()) else { throw corrupted("it is not base64") }
    return data
  }

  private func literal() throws -> String {
    let end = try reading { () throws(JSONFault) in try scanner.end(of: start) }
    return String(decoding: scanner.bytes[start..<end], as: UTF8.self)
  }

  // MARK: Errors

  func reading<Value>(_ body: () throws(JSONFault) -> Value) throws -> Value {
    do {
      return try body()
    } catch {
      throw corrupted("it is not well formed")
    }
  }

  func corrupted(_ reason: String) -> DecodingError {
    .dataCorrupted(.init(codingPath: [], debugDescription: reason))
  }

  func mismatch(_ type: any Any.Type) -> DecodingError {
    isNull
      ? .valueNotFound(type, .init(codingPath: [], debugDescription: "it is null"))
      : .typeMismatch(type, .init(codingPath: [], debugDescription: "it is of another type"))
  }
}
