/// Values as JSON: keys sorted, ASCII only, so that two outputs can be compared byte by byte and no terminal obeys them.
struct JSONText {
  private(set) var text = ""
  private let isIndented: Bool

  static func of(_ value: InventoryValue, isIndented: Bool) -> String {
    var writer = JSONText(isIndented: isIndented)
    writer.write(value, depth: 0)
    return writer.text
  }

  private init(isIndented: Bool) { self.isIndented = isIndented }

  private mutating func write(_ value: InventoryValue, depth: Int) {
    switch value {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let number): text += number.description
    // JSON has no infinity; as a text it is at least seen.
    case .real(let number): number.isFinite ? text += RealText.of(number) : write(RealText.of(number))
    case .text(let value): write(value)
    case .list(let elements):
      write("[", "]", count: elements.count, depth: depth) { writer, index in
        writer.write(elements[index], depth: depth + 1)
      }
    case .map(let members):
      let sorted = members.sorted { PythonText.precedes($0.key, $1.key) }
      write("{", "}", count: sorted.count, depth: depth) { writer, index in
        writer.write(sorted[index].key)
        writer.text += writer.isIndented ? ": " : ":"
        writer.write(sorted[index].value, depth: depth + 1)
      }
    }
  }

  private mutating func write(
    _ open: String, _ close: String, count: Int, depth: Int, _ element: (inout JSONText, Int) -> Void
  ) {
    text += open
    for index in 0..<count {
      if index > 0 { text += "," }
      breakLine(depth + 1)
      element(&self, index)
    }
    if count > 0 { breakLine(depth) }
    text += close
  }

  private mutating func breakLine(_ depth: Int) {
    if isIndented { text += "\n" + String(repeating: " ", count: 4 * depth) }
  }

  private mutating func write(_ value: String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case " "..."~": text.unicodeScalars.append(scalar)
      default:
        for unit in UTF16.encode(scalar) ?? .init() {
          let digits = String(unit, radix: 16)
          text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      }
    }
    text += "\""
  }
}
