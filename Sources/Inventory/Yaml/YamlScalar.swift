/// What a YAML scalar means to Ansible, whose YAML is 1.1: `yes` and `on` are true, `0644` is an octal number, `1:30` is
/// ninety, but `1e3` is a text. A date stays the text that it was.
struct YamlScalar {
  /// In JSON `1e3` is a number.
  let isJSON: Bool

  /// - Parameters:
  ///   - tag: as `tag:yaml.org,2002:int`; nil if none was written.
  ///   - isPlain: it was not quoted and is no block.
  /// - Returns: nil if the tag is unknown or the text is not what it says.
  func value(_ text: String, tag: String?, isPlain: Bool) -> InventoryValue? {
    guard let tag else { return isPlain ? plain(text) : .text(text) }
    switch tag {
    case "!", "tag:yaml.org,2002:str": return .text(text)
    case "!unsafe": return plain(text)
    case "tag:yaml.org,2002:null": return .null
    case "tag:yaml.org,2002:bool": return Self.bool(text.lowercased()).map(InventoryValue.bool)
    case "tag:yaml.org,2002:int":
      guard case .integer(let number) = plain(text) else { return nil }
      return .integer(number)
    case "tag:yaml.org,2002:float":
      switch plain(text) {
      case .real(let number): return .real(number)
      case .integer(let number): return Double(number.description).map(InventoryValue.real)
      default: return nil
      }
    default: return nil
    }
  }

  /// What a scalar without quotes and tag means.
  func plain(_ text: String) -> InventoryValue {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    default: break
    }
    let lowered = text.lowercased()
    if [lowered, lowered.uppercased(), Self.capitalised(lowered)].contains(text), let value = Self.bool(lowered) {
      return .bool(value)
    }
    guard let first = text.utf8.first, (0x30...0x39).contains(first) || [0x2B, 0x2D, 0x2E].contains(first) else {
      return .text(text)
    }
    return YamlNumber.integer(text).map(InventoryValue.integer)
      ?? YamlNumber.real(text, isJSON: isJSON).map(InventoryValue.real) ?? .text(text)
  }

  private static func bool(_ word: String) -> Bool? {
    switch word {
    case "yes", "true", "on": true
    case "no", "false", "off": false
    default: nil
    }
  }

  private static func capitalised(_ word: String) -> String { word.prefix(1).uppercased() + word.dropFirst() }
}
