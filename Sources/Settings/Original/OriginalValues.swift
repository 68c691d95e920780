/// Single values of an original file with its variables: the variable comes first, as in the original.
struct OriginalValues {
  let root: Section?
  /// `COORDINATOR_` or `CLIENT_`.
  let prefix: String
  let input: SettingsInput
  let problems: ProblemList
  /// Where a variable stands: the environment or the file `.env`.
  let variableSource: @Sendable (String) -> SettingSource

  /// The text of `key`; nil if nobody gives one.
  func text(_ key: String) -> Located<String>? {
    let name = prefix + key.uppercased()
    if let value = input.variable(name) { return Located(value, variableSource(name)) }
    return root?.text(key)
  }

  func value<Value>(_ key: String, _ parse: (String) throws(BadValue) -> Value) -> Located<Value>? {
    guard let text = text(key) else { return nil }
    do {
      return Located(try parse(text.value), text.source)
    } catch {
      problems.add(text.source, key, error.text)
      return nil
    }
  }

  /// Original files are taken as they are: a key that Muster does not know is said, not refused.
  static func warnUnknown(_ section: Section, _ known: [SettingKey]) {
    for entry in section.entries where !known.contains(where: { $0.name == entry.key }) {
      section.problems.warn(entry.source, section.fullName(entry.key), "the key is not known and has no effect")
    }
  }
}
