/// Reads a value as Ansible does: what is a literal of Python becomes what it says, everything else stays text.
///
/// So `1` is a number, `[80, 443]` and `80,443` are lists, `True` is a truth value; but `true`, `0644` and `1.2.3` are texts.
/// The grammar is that of `ast.literal_eval`; a `#` behind a literal starts a comment in it, for it does so in Python.
enum PythonLiteral {
  /// - Throws: ``LiteralFault`` for the few literals that have no place in an inventory: Ansible fails on them too, or makes
  ///   something of them that cannot be written down.
  static func value(_ text: String) throws(LiteralFault) -> InventoryValue {
    guard mayBeLiteral(text) else { return .text(text) }
    var reader = LiteralReader(text)
    guard let value = try reader.read() else { return .text(text) }
    return try value.inventoryValue()
  }

  /// Most values are words; this keeps them cheap.
  private static func mayBeLiteral(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first(where: { $0 != " " && $0 != "\t" }) else { return false }
    switch first {
    case "0"..."9", "+", "-", ".", "(", "[", "{", "'", "\"": return true
    case "N", "T", "F", "b", "B", "r", "R", "u", "U", "s": return true
    default: return false
    }
  }
}
