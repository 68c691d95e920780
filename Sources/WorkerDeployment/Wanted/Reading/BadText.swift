/// A text that cannot be the value it is to be: what was given, what is wrong with it, and what to write instead.
struct BadText: Error, Hashable {
  let text: String

  init(_ text: String) { self.text = text }

  /// What a message repeats of what somebody wrote, in quotes.
  static func quoted(_ text: some StringProtocol) -> String { "'\(shown(text))'" }

  /// Cut, and without characters that a terminal obeys.
  static func shown(_ text: some StringProtocol) -> String {
    let shown = text.unicodeScalars.prefix(100).map { isVisible($0) ? String($0) : "?" }
    return shown.joined() + (text.unicodeScalars.count > 100 ? "…" : "")
  }

  static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: false
    default: true
    }
  }
}
