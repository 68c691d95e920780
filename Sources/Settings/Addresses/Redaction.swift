/// Takes passwords out of text before it is shown.
enum Redaction {
  /// `text` with the password of a URL (`scheme://user:password@host/…?query`) replaced.
  ///
  /// The part before the last `@` counts as user and password, so that an `@` within a password cannot leak its rest. The
  /// query goes too: libpq takes `password=` there. What looks like neither is not repeated at all if it could hold one.
  static func url(_ text: String) -> String {
    guard let scheme = text.firstRange(of: "://") else {
      return text.contains("@") || text.lowercased().contains("password") ? hidden : text
    }
    var host = text[scheme.upperBound...]
    var shown = String(text[..<scheme.upperBound])
    if let at = host.lastIndex(of: "@") {
      let user = host[..<at].prefix { $0 != ":" }
      let isPlain = user.allSatisfy { $0.isLetter || $0.isNumber || "_.-".contains($0) }
      shown += isPlain ? String(user) + (user.endIndex < at ? ":\(hidden)" : "") : hidden
      shown += "@"
      host = host[host.index(after: at)...]
    }
    if let query = host.firstIndex(of: "?") { return shown + host[..<query] + "?\(hidden)" }
    return shown + host
  }

  /// `text` with the passwords of all URLs in it replaced: for messages, into which a value may come from anywhere.
  static func message(_ text: String) -> String {
    guard text.contains("://") else { return text }
    var result = ""
    var rest = text[...]
    while let scheme = rest.firstRange(of: "://") {
      let start = rest[..<scheme.lowerBound].lastIndex { !isURL($0) }.map { rest.index(after: $0) } ?? rest.startIndex
      let end = rest[scheme.upperBound...].firstIndex { !isURL($0) } ?? rest.endIndex
      result += rest[..<start] + url(String(rest[start..<end]))
      rest = rest[end...]
    }
    return result + rest
  }

  private static func isURL(_ character: Character) -> Bool {
    !character.isWhitespace && character != "'" && character != "\""
  }

  private static let hidden = "<redacted>"
}
