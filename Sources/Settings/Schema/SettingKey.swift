/// What the documentation and the check for unknown keys know of one key of a settings file.
public struct SettingKey: Sendable, Hashable {
  public let name: String
  /// The form of its value, such as `duration` or `a list of words`.
  public let form: String
  /// Its default in words.
  public let defaultText: String
  /// What it decides, in a sentence.
  public let summary: String
  /// Whether a flag and an environment variable may give it too.
  public let isLayered: Bool

  init(_ name: String, _ form: String, _ defaultText: String, _ summary: String, isLayered: Bool = false) {
    self.name = name
    self.form = form
    self.defaultText = defaultText
    self.summary = summary
    self.isLayered = isLayered
  }

  /// `--verify-slots`.
  public var flag: String { "--" + words(separator: "-").lowercased() }
  /// `MUSTER_VERIFY_SLOTS`.
  public var environment: String { "MUSTER_" + words(separator: "_").uppercased() }

  private func words(separator: String) -> String {
    name.reduce(into: "") { result, letter in
      if letter.isUppercase { result += separator }
      result.append(letter)
    }
  }
}

extension SettingKey {
  /// The row of the key in `docs/configuration.md`; a test holds the document against it.
  public var documentationRow: String { "| `\(name)` | \(form) | \(defaultText) | \(summary) |" }
}
