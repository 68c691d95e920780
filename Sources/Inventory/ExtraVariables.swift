/// Variables given beside an inventory (`--extra-vars`): `name=value name=value`, a mapping in YAML or JSON, or `@FILE`
/// with such a mapping.
public enum ExtraVariables {
  /// Reads one such argument.
  ///
  /// - Returns: by name. In `name=value` every value is a text, as with Ansible.
  /// - Throws: ``InventoryError`` (`badVariables`); no value is ever in it.
  public static func read(_ argument: String) throws(InventoryError) -> [String: InventoryValue] {
    if argument.hasPrefix("@") {
      let path = String(argument.dropFirst())
      return try mapping(try BoundedFile.read(path), name: path)
    }
    let trimmed = PythonText.strip(argument)
    if trimmed.hasPrefix("{") || trimmed.hasPrefix("---") { return try mapping(Array(trimmed.utf8), name: option) }
    let words: [String]
    do {
      words = try KeyValueWords.split(trimmed)
    } catch {
      throw InventoryError(.badVariables, file: option, "a quote in it is not closed")
    }
    var variables: [String: InventoryValue] = [:]
    for (number, word) in words.enumerated() {
      guard let (name, value) = KeyValueWords.pair(word) else {
        throw InventoryError(
          .badVariables, file: option, "word \(number + 1) is not name=value; put values with blanks into quotes")
      }
      variables[name] = .text(value)
    }
    return variables
  }

  private static let option = "--extra-vars"

  private static func mapping(_ bytes: [UInt8], name: String) throws(InventoryError) -> [String: InventoryValue] {
    guard bytes.count <= InventoryLimits.fileSize else {
      throw InventoryError(
        .badVariables, file: name, "it is over \(InventoryLimits.fileSize >> 20) MiB; is this the right file?")
    }
    do throws(YamlFault) {
      let root = try YamlReader.read(bytes, ProblemCollector(file: name))
      if case .map(let variables)? = try root?.value() { return variables }
      guard root == nil || root?.isNull == true else {
        throw YamlFault(line: root?.line ?? 0, reason: "it is no mapping; write 'name: value'")
      }
      return [:]
    } catch {
      throw InventoryError(.badVariables, file: name, line: error.line, error.reason)
    }
  }
}
