/// What counts as yes and as no. `has_gpu=true` in an INI inventory is the text "true", so every consumer of a variable
/// has to read texts; this is the table that Ansible's own consumers use.
public enum TruthValue {
  private static let yes: Set<String> = ["y", "yes", "on", "1", "true", "t"]
  private static let no: Set<String> = ["n", "no", "off", "0", "false", "f"]

  /// - Returns: nil for what is neither yes nor no.
  public static func of(_ value: InventoryValue) -> Bool? {
    switch value {
    case .bool(let value): value
    case .integer(let number): number.int == 1 ? true : number.int == 0 ? false : nil
    case .real(let number): number == 1 ? true : number == 0 ? false : nil
    case .text(let text): of(text)
    case .null, .list, .map: nil
    }
  }

  private static func of(_ text: String) -> Bool? {
    let word = PythonText.strip(text).lowercased()
    return yes.contains(word) ? true : no.contains(word) ? false : nil
  }
}
