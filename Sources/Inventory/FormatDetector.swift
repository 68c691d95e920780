/// Finds out in which form an inventory is written, by its content: the guide's INI inventory is called `inv.toml`.
enum FormatDetector {
  /// Whether the text is YAML (Ansible's or Muster's); otherwise it is INI.
  ///
  /// The first line that is no comment decides: `---`, `{`, `- ` and `name:` are YAML, `[section]` and host lines are INI.
  static func isYAML(_ bytes: [UInt8]) -> Bool {
    var bytes = bytes[...]
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    for line in bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      let text = PythonText.strip(String(decoding: line.prefix(4096), as: UTF8.self))
      guard let first = text.unicodeScalars.first, first != "#", first != ";" else { continue }
      if ["---", "%YAML", "{", "- "].contains(where: text.hasPrefix) { return true }
      return first != "[" && isKey(text)
    }
    return false
  }

  /// `name:` or `name: value`, with no `=` before the colon.
  private static func isKey(_ text: String) -> Bool {
    let scalars = Array(text.unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      if scalar == "=" { return false }
      if scalar == ":", index + 1 == scalars.count || PythonText.isBlank(scalars[index + 1]) { return true }
    }
    return false
  }
}
