/// Values as YAML that this library, Ansible and every reader of YAML 1.1 and 1.2 read back as the same value.
enum YamlText {
  /// A value on one line; what is nested in the flow form, which JSON has too.
  static func of(_ value: InventoryValue) -> String {
    switch value {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .integer(let number): number.description
    case .real(let number): real(number)
    case .text(let text): of(text)
    case .list(let elements): "[" + elements.map(of).joined(separator: ", ") + "]"
    case .map(let members):
      "{"
        + members.sorted { PythonText.precedes($0.key, $1.key) }.map { "\(quoted($0.key)): \(of($0.value))" }
        .joined(separator: ", ") + "}"
    }
  }

  /// A text, without quotes only where nobody takes it for anything else.
  static func of(_ text: String) -> String { isPlain(text) ? text : quoted(text) }

  private static func isPlain(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 200, isLetter(first) || first == 0x2F || first == 0x5F else {
      return false
    }
    guard text.utf8.allSatisfy({ isLetter($0) || (0x2D...0x39).contains($0) || $0 == 0x5F || $0 == 0x40 }) else {
      return false
    }
    // yes and no, and y and n, which some take for these.
    guard text.utf8.count > 1, TruthValue.of(.text(text)) == nil else { return false }
    return YamlScalar(isJSON: false).plain(text) == .text(text)
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

  /// YAML 1.1 knows a number with an exponent only if it has a point and the exponent a sign.
  private static func real(_ number: Double) -> String {
    if number.isNaN { return ".nan" }
    if number.isInfinite { return number < 0 ? "-.inf" : ".inf" }
    let text = RealText.of(number)
    guard let mark = text.firstIndex(of: "e"), !text.contains(".") else { return text }
    return text[..<mark] + ".0" + text[mark...]
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case " "..."~": result.unicodeScalars.append(scalar)
      default:
        let digits = String(scalar.value, radix: 16)
        let isLong = scalar.value > 0xFFFF
        result += (isLong ? "\\U" : "\\u") + String(repeating: "0", count: (isLong ? 8 : 4) - digits.count) + digits
      }
    }
    return result + "\""
  }
}
