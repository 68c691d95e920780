/// What a literal of Python says, before it becomes a value of an inventory.
enum PythonValue {
  case none
  case bool(Bool)
  case int(WholeNumber)
  case real(Double)
  case complex(Double, Double)
  case text(String)
  case bytes([UInt8])
  case ellipsis
  case tuple([PythonValue])
  case list([PythonValue])
  case set([PythonValue])
  case dict([(key: PythonValue, value: PythonValue)])

  /// Whether Python takes it as a member of a set or as a key.
  var isHashable: Bool {
    switch self {
    case .list, .set, .dict: false
    case .tuple(let elements): elements.allSatisfy(\.isHashable)
    default: true
    }
  }

  /// Tuples and sets become lists, complex numbers and `...` texts, keys texts.
  func inventoryValue() throws(LiteralFault) -> InventoryValue {
    switch self {
    case .none: return .null
    case .bool(let value): return .bool(value)
    case .int(let number): return .integer(number)
    case .real(let number): return .real(number)
    case .complex(let real, let imaginary): return .text(ComplexText.of(real, imaginary))
    case .text(let text): return .text(text)
    case .bytes(let bytes):
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw LiteralFault(reason: "holds bytes that are no UTF-8 text; write the text itself")
      }
      return .text(text)
    case .ellipsis: return .text("...")
    case .tuple(let elements), .list(let elements): return .list(try Self.values(elements))
    case .set(let elements):
      guard elements.allSatisfy(\.isHashable) else { throw Self.notHashable }
      var seen: Set<InventoryValue> = []
      return .list(try Self.values(elements).filter { seen.insert($0).inserted })
    case .dict(let members):
      guard members.allSatisfy({ $0.key.isHashable }) else { throw Self.notHashable }
      var map: [String: InventoryValue] = [:]
      for (key, value) in members { map[try key.keyText()] = try value.inventoryValue() }
      return .map(map)
    }
  }

  private static let notHashable = LiteralFault(
    reason: "has a list or a mapping as a key or as a member of a set, which Python refuses; put it into quotes")

  private static func values(_ elements: [PythonValue]) throws(LiteralFault) -> [InventoryValue] {
    var values: [InventoryValue] = []
    values.reserveCapacity(elements.count)
    for element in elements { values.append(try element.inventoryValue()) }
    return values
  }

  /// As JSON writes keys that are no texts.
  private func keyText() throws(LiteralFault) -> String {
    switch self {
    case .none: return "null"
    case .bool(let value): return value ? "true" : "false"
    case .int(let number): return number.description
    case .real(let number): return RealText.of(number)
    case .text(let text): return text
    default: throw LiteralFault(reason: "is a mapping with a key that is no text; put the key into quotes")
    }
  }
}
