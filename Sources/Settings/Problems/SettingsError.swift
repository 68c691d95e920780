import MusterCore

/// Everything that is wrong with the settings, at once.
public struct SettingsError: CodedError {
  /// What went wrong; compare with the static members.
  public struct Code: Sendable, Hashable {
    private enum Name { case badSettings, unreadableFile }
    private let name: Name

    /// A file, a flag or a variable says something that cannot be.
    public static let badSettings = Code(name: .badSettings)
    /// A file that was named cannot be read.
    public static let unreadableFile = Code(name: .unreadableFile)

    var text: String { name == .badSettings ? "bad_settings" : "unreadable_file" }
  }

  public let code: Code
  /// What is wrong, in the order of the files' lines.
  public let problems: [Problem]
  /// Lines to add to a file, ready to copy; empty if there are none.
  public let advice: String
  /// One line a problem, then the advice.
  public let message: String

  init(code: Code = .badSettings, problems: [Problem], advice: String = "") {
    self.code = code
    self.problems = problems
    self.advice = advice
    let lines = problems.map(\.description).joined(separator: "\n")
    message = advice.isEmpty ? lines : "\(lines)\n\(advice)"
  }

  public var codeName: String { code.text }
  public var details: [String: String] {
    var details = ["problems": String(problems.count)]
    if case .file(let path, let line) = problems.first?.source {
      details["file"] = path
      if line > 0 { details["line"] = String(line) }
    }
    return details
  }
  public var cause: (any Error)? { nil }
}
