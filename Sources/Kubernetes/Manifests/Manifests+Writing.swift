import Yams

extension Manifests {
  /// YAML documents with `---` between them; keys sorted, so that the same objects give the same text.
  public static func yaml(_ objects: [DynamicObject]) throws(KubernetesError) -> String {
    var text = ""
    for (index, object) in objects.enumerated() {
      if index > 0 { text += "---\n" }
      text += try yaml(.object(object.content))
    }
    return text
  }

  /// One object, or a `List` of several, as `kubectl -o json` prints.
  public static func json(_ objects: [DynamicObject]) -> String {
    if objects.count == 1 { return JSONWriter.text(.object(objects[0].content), isIndented: true) + "\n" }
    let list: JSONValue = [
      "apiVersion": "v1", "kind": "List", "items": .array(objects.map { .object($0.content) }),
    ]
    return JSONWriter.text(list, isIndented: true) + "\n"
  }

  static func yaml(_ value: JSONValue) throws(KubernetesError) -> String {
    do {
      return try Yams.serialize(node: node(value), width: -1, allowUnicode: true)
    } catch {
      throw KubernetesError(.badManifest, "the object cannot be written as YAML; write it as JSON", cause: nil)
    }
  }

  private static func node(_ value: JSONValue) -> Yams.Node {
    switch value {
    case .null: return Yams.Node("null")
    case .bool(let value): return Yams.Node(value ? "true" : "false")
    case .integer(let value): return Yams.Node(String(value))
    case .number(let value): return Yams.Node(JSONWriter.numberText(value))
    case .string(let text): return Yams.Node(text, .implicit, style(text))
    case .array(let elements): return Yams.Node(elements.map(node), .implicit, elements.isEmpty ? .flow : .block)
    case .object(let members):
      let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      return Yams.Node(
        sorted.map { (Yams.Node($0.key, .implicit, keyStyle($0.key)), node($0.value)) }, .implicit,
        members.isEmpty ? .flow : .block)
    }
  }

  /// Plain only where every reader of YAML 1.1 and 1.2 sees a string.
  private static func style(_ text: String) -> Yams.Node.Scalar.Style {
    let scalars = text.unicodeScalars
    let isPrintable = scalars.allSatisfy { ($0.value >= 0x20 && $0.value < 0x7F) || $0 == "\n" || isHarmless($0) }
    guard isPrintable else { return .doubleQuoted }
    if text.contains("\n") { return isBlock(text) ? .literal : .doubleQuoted }
    return isPlain(text) ? .any : .singleQuoted
  }

  private static func keyStyle(_ text: String) -> Yams.Node.Scalar.Style {
    let style = style(text)
    return style == .literal ? .doubleQuoted : style
  }

  /// Letters beyond ASCII, without the line breaks, marks and separators that YAML treats in its own ways.
  private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value > 0xA0 && scalar.properties.isAlphabetic
  }

  /// Lines that a literal block keeps: the first neither blank nor indented, no blanks at line ends.
  private static func isBlock(_ text: String) -> Bool {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let first = lines.first, !first.isEmpty, first.first != " " else { return false }
    return lines.allSatisfy { $0.last != " " }
  }

  private static func isPlain(_ text: String) -> Bool {
    guard case .string = YAMLScalar.plain(text) else { return false }
    // Dates, base-60 numbers and the like are strings for kubectl, but not for all others.
    guard let first = text.unicodeScalars.first, first.properties.isAlphabetic || first == "/" || first == "_" else {
      return false
    }
    return text.last != " " && text.last != ":" && !text.contains(": ") && !text.contains(" #")
  }
}
