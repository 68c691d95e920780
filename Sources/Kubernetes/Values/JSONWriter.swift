import NIOCore

/// Writes ``JSONValue`` as JSON: the same value always gives the same bytes, members sorted by name.
public enum JSONWriter {
  /// - Parameter isIndented: on several lines, four blanks a level, as kubectl prints.
  public static func bytes(_ value: JSONValue, isIndented: Bool = false) -> [UInt8] {
    var bytes: [UInt8] = []
    write(value, isIndented ? 0 : nil, to: &bytes)
    return bytes
  }

  public static func buffer(_ value: JSONValue) -> ByteBuffer { ByteBuffer(bytes: bytes(value)) }

  public static func text(_ value: JSONValue, isIndented: Bool = false) -> String {
    String(decoding: bytes(value, isIndented: isIndented), as: UTF8.self)
  }

  private static func write(_ value: JSONValue, _ level: Int?, to bytes: inout [UInt8]) {
    switch value {
    case .null: bytes += "null".utf8
    case .bool(let value): bytes += (value ? "true" : "false").utf8
    case .integer(let value): bytes += String(value).utf8
    case .number(let value): bytes += numberText(value).utf8
    case .string(let value): write(value, to: &bytes)
    case .array(let elements):
      list("[", elements, "]", level, to: &bytes) { write($0, $1, to: &$2) }
    case .object(let members):
      let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      list("{", sorted, "}", level, to: &bytes) { member, level, bytes in
        write(member.key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        if level != nil { bytes.append(0x20) }
        write(member.value, level, to: &bytes)
      }
    }
  }

  private static func list<Part>(
    _ open: Unicode.Scalar, _ parts: [Part], _ close: Unicode.Scalar, _ level: Int?, to bytes: inout [UInt8],
    _ write: (Part, Int?, inout [UInt8]) -> Void
  ) {
    bytes.append(UInt8(ascii: open))
    for (index, part) in parts.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      newLine(level.map { $0 + 1 }, to: &bytes)
      write(part, level.map { $0 + 1 }, &bytes)
    }
    if !parts.isEmpty { newLine(level, to: &bytes) }
    bytes.append(UInt8(ascii: close))
  }

  private static func newLine(_ level: Int?, to bytes: inout [UInt8]) {
    guard let level else { return }
    bytes.append(0x0A)
    bytes.append(contentsOf: repeatElement(0x20, count: level * 4))
  }

  private static func write(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0x0A: bytes += "\\n".utf8
      case 0x0D: bytes += "\\r".utf8
      case 0x09: bytes += "\\t".utf8
      case 0..<0x20: bytes += "\\u00\(byte < 16 ? "0" : "1")\(String(byte & 15, radix: 16))".utf8
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// The shortest digits that mean this number, with an exponent from 10^21 on and below 10^-6, as Go and JavaScript
  /// write them. JSON knows no infinity and no NaN: they become null, as in JavaScript.
  static func numberText(_ value: Double) -> String {
    guard value.isFinite else { return "null" }
    if value == 0 { return "0" }
    // Swift writes "1.5e-07", "0.25", "100.0": digits and a power of ten.
    let text = abs(value).description
    let parts = text.split(separator: "e")
    let mantissa = parts[0].split(separator: ".")
    var digits = String(mantissa[0]) + (mantissa.count > 1 ? mantissa[1] : "")
    var point = mantissa[0].count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    let leading = digits.prefix { $0 == "0" }.count
    digits.removeFirst(leading)
    point -= leading
    while digits.last == "0" { digits.removeLast() }
    let sign = value < 0 ? "-" : ""
    if point > 21 || point < -5 {
      let rest = digits.dropFirst()
      let exponent = point - 1
      return "\(sign)\(digits.prefix(1))\(rest.isEmpty ? "" : ".\(rest)")e\(exponent < 0 ? "-" : "+")\(abs(exponent))"
    }
    if point <= 0 { return "\(sign)0.\(String(repeating: "0", count: -point))\(digits)" }
    if digits.count <= point { return sign + digits + String(repeating: "0", count: point - digits.count) }
    return "\(sign)\(digits.prefix(point)).\(digits.dropFirst(point))"
  }
}
