/// `[group]`, `[group:vars]` or `[group:children]`, perhaps with a comment behind it.
struct SectionHeader {
  let group: String
  /// What stands behind the colon, whatever it is; nil without one.
  let kind: String?

  /// - Returns: nil if the line is no header; blanks in it, for example, make it none.
  init?(_ line: String) {
    guard line.unicodeScalars.first == "[",
      let close = line.unicodeScalars.firstIndex(of: "]")
    else { return nil }
    let rest = PythonText.strip(line[line.unicodeScalars.index(after: close)...])
    guard rest.isEmpty || rest.unicodeScalars.first == "#" else { return nil }
    let inner = line[line.unicodeScalars.index(after: line.startIndex)..<close]
    let parts = inner.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, let group = parts.first, Self.isName(group) else { return nil }
    if parts.count == 2 {
      guard !parts[1].isEmpty, parts[1].unicodeScalars.allSatisfy(PythonText.isWord) else { return nil }
      kind = String(parts[1])
    } else {
      kind = nil
    }
    self.group = String(group)
  }

  /// The name of a group on a line of its own, without a comment behind it; nil if the line is none.
  ///
  /// A `#` is part of the name unless what follows it cannot be.
  static func groupName(_ line: String) -> String? {
    let scalars = line.unicodeScalars
    let end = scalars.firstIndex { !isNamePart($0) } ?? scalars.endIndex
    let rest = PythonText.strip(line[end...])
    var name = line[..<end]
    if !rest.isEmpty, rest.unicodeScalars.first != "#" {
      guard let mark = name.unicodeScalars.lastIndex(of: "#") else { return nil }
      name = name[..<mark]
    }
    return name.isEmpty ? nil : String(name)
  }

  /// No blank, colon or closing bracket, as Ansible has it.
  private static func isName(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.unicodeScalars.allSatisfy(isNamePart)
  }

  private static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
    scalar != ":" && scalar != "]" && !PythonText.isBlank(scalar)
  }
}
