/// A value in YAML and where it stands. Keys keep their order, in which hosts and groups are made.
struct YamlNode {
  struct Member {
    let key: InventoryValue
    let line: Int
    let value: YamlNode
  }
  indirect enum Content {
    /// One value, and its text as it was written.
    case scalar(InventoryValue, text: String)
    case list([YamlNode])
    case map([Member])
    /// A value that Ansible's vault has encrypted.
    case vault
  }

  let line: Int
  let content: Content

  var isNull: Bool {
    if case .scalar(.null, _) = content { return true }
    return false
  }

  var map: [Member]? {
    if case .map(let members) = content { return members }
    return nil
  }

  var list: [YamlNode]? {
    if case .list(let elements) = content { return elements }
    return nil
  }

  /// The value, where it is a text.
  var text: String? {
    if case .scalar(.text(let text), _) = content { return text }
    return nil
  }

  var typeWord: String {
    switch content {
    case .scalar(let value, _): value.typeWord
    case .list: "a list"
    case .map: "a mapping"
    case .vault: "a value encrypted by Ansible's vault"
    }
  }

  /// The value without its lines.
  ///
  /// - Throws: ``YamlFault`` for what is encrypted.
  func value() throws(YamlFault) -> InventoryValue {
    switch content {
    case .scalar(let value, _): return value
    case .vault:
      throw YamlFault(
        line: line,
        reason:
          "this value is encrypted by Ansible's vault, which Muster does not open; write it in the clear into a file "
          + "that only you can read, or give it with --extra-vars @FILE")
    case .list(let elements):
      var values: [InventoryValue] = []
      for element in elements { values.append(try element.value()) }
      return .list(values)
    case .map(let members):
      var values: [String: InventoryValue] = [:]
      for member in members {
        guard let key = YamlNode.keyText(member.key) else {
          throw YamlFault(line: member.line, reason: "a key must be a word or a number, not \(member.key.typeWord)")
        }
        values[key] = try member.value.value()
      }
      return .map(values)
    }
  }

  /// As JSON writes keys that are no texts.
  static func keyText(_ key: InventoryValue) -> String? {
    switch key {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    default: key.scalarText
    }
  }
}
