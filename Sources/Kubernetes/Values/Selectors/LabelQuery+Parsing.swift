extension LabelQuery {
  /// Reads the text form: parts with commas between, each `key`, `!key`, `key=value`, `key==value`, `key!=value`,
  /// `key in (a,b)`, `key notin (a,b)`, `key>1` or `key<1`. Blanks between words do not matter.
  ///
  /// - Throws: ``KubernetesError`` (`badValue`).
  public init(_ text: String) throws(KubernetesError) {
    var parser = LabelQueryParser(text)
    self.init(try parser.query())
  }
}

/// Reads the text form of a ``LabelQuery`` word by word.
private struct LabelQueryParser {
  private let text: String
  private var rest: Substring.UTF8View
  private static let symbols = Array("=!(),<>".utf8)

  init(_ text: String) {
    self.text = text
    rest = text[...].utf8
  }

  mutating func query() throws(KubernetesError) -> [LabelQuery.Requirement] {
    var requirements: [LabelQuery.Requirement] = []
    skipBlanks()
    if rest.isEmpty { return requirements }
    while true {
      requirements.append(try requirement())
      if rest.isEmpty { return requirements }
      guard take(",") else {
        throw error("a comma is missing before '\(String(decoding: rest.prefix(16), as: UTF8.self))'")
      }
    }
  }

  private mutating func requirement() throws(KubernetesError) -> LabelQuery.Requirement {
    if take("!") { return try LabelQuery.Requirement(try key(), .doesNotExist) }
    let key = try key()
    if rest.isEmpty || rest.first == UInt8(ascii: ",") { return try LabelQuery.Requirement(key, .exists) }
    if take("!") {
      guard take("=") else { throw error("'!' stands before a key, or before '='") }
      return try LabelQuery.Requirement(key, .isNotIn, [word()])
    }
    if take("=") {
      _ = take("=")
      return try LabelQuery.Requirement(key, .isIn, [word()])
    }
    if take(">") { return try LabelQuery.Requirement(key, .isAbove, [word()]) }
    if take("<") { return try LabelQuery.Requirement(key, .isBelow, [word()]) }
    switch word() {
    case "in": return try LabelQuery.Requirement(key, .isIn, try values())
    case "notin": return try LabelQuery.Requirement(key, .isNotIn, try values())
    default: throw error("after '\(key.prefix(64))' comes one of =, ==, !=, >, <, in, notin")
    }
  }

  private mutating func key() throws(KubernetesError) -> String {
    let key = word()
    if key.isEmpty { throw error("a label's key is missing") }
    return key
  }

  private mutating func values() throws(KubernetesError) -> [String] {
    guard take("(") else { throw error("after 'in' and 'notin' come values in parentheses") }
    var values: [String] = []
    repeat { values.append(word()) } while take(",")
    guard take(")") else { throw error("a ')' is missing") }
    return values
  }

  private mutating func word() -> String {
    let word = rest.prefix { !Self.isBlank($0) && !Self.symbols.contains($0) }
    rest = rest.dropFirst(word.count)
    skipBlanks()
    return String(decoding: word, as: UTF8.self)
  }

  private mutating func take(_ symbol: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: symbol) else { return false }
    rest = rest.dropFirst()
    skipBlanks()
    return true
  }

  private mutating func skipBlanks() { rest = rest.drop(while: Self.isBlank) }
  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

  private func error(_ reason: String) -> KubernetesError {
    KubernetesError(
      .badValue,
      "'\(text.prefix(200))' is not a label selector: \(reason); write for example app=web,tier in (front,back),!canary"
    )
  }
}
