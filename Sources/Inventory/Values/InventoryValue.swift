/// The value of a variable, with the types that Ansible gives it.
public indirect enum InventoryValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case integer(WholeNumber)
  case real(Double)
  case text(String)
  case list([InventoryValue])
  case map([String: InventoryValue])

  public static func integer(_ value: Int) -> InventoryValue { .integer(WholeNumber(value)) }

  /// What an error calls this type.
  var typeWord: String {
    switch self {
    case .null: "nothing"
    case .bool: "a truth value"
    case .integer, .real: "a number"
    case .text: "a text"
    case .list: "a list"
    case .map: "a mapping"
    }
  }

  /// The value as a text, where it is one value: a number as it was written, `True` and `False` as Python writes them.
  public var scalarText: String? {
    switch self {
    case .text(let text): text
    case .integer(let number): number.description
    case .real(let number): RealText.of(number)
    case .bool(let value): value ? "True" : "False"
    case .null, .list, .map: nil
    }
  }
}
