/// What a piece of text means; it becomes a colour only where the stream has colours.
public enum Style: Sendable, Hashable {
  case plain, heading, good, attention, bad, faint

  /// `text` between the escape sequences of the style.
  public func applied(to text: String, colours: Bool) -> String {
    guard colours, let code, !text.isEmpty else { return text }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }

  private var code: String? {
    switch self {
    case .plain: nil
    case .heading: "1"
    case .good: "32"
    case .attention: "33"
    case .bad: "31"
    case .faint: "2"
    }
  }
}
