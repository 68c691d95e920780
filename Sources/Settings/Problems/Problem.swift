/// One thing that is wrong with the settings, and where it stands.
public struct Problem: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The place to correct: a file and a line, a flag, or an environment variable.
  public var source: SettingSource
  /// The setting's full name, such as `kinds.square.timeout`; empty when the file as a whole is meant.
  public var key: String
  /// What is wrong and what to do.
  public var text: String

  /// Passwords of URLs in the text are redacted, wherever they come from.
  public init(source: SettingSource, key: String, text: String) {
    self.source = source
    self.key = Redaction.message(key)
    self.text = Redaction.message(text)
  }

  /// `muster.yaml:12: kinds.square.timeout: …`, or `--heartbeat: …`.
  public var description: String {
    switch source {
    case .file: key.isEmpty ? "\(source): \(text)" : "\(source): \(key): \(text)"
    default: "\(source): \(text)"
    }
  }

  /// By file and line; what comes from no file is last.
  public static func < (a: Problem, b: Problem) -> Bool {
    switch (a.source, b.source) {
    case (.file(let one, let lineOne), .file(let two, let lineTwo)): (one, lineOne, a.text) < (two, lineTwo, b.text)
    case (.file, _): true
    case (_, .file): false
    default: a.description < b.description
    }
  }
}
