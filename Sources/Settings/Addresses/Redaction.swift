/// Takes passwords out of text before it is shown.
public enum Redaction {
  /// `text`, which should be a URL or the parameters of a database connection, without what could be a secret.
  ///
  /// The part before the last `@` counts as user and password, so that an `@` within a password cannot leak its rest. Of
  /// a query only values are shown that cannot be secrets: libpq takes `password=` there. What looks like neither form is
  /// not repeated at all if it could hold a password.
  static func url(_ text: String) -> String {
    guard let scheme = text.firstRange(of: "://") else {
      if let words = ConnectionText.keywords(text) { return keywords(words, prefix: ConnectionText.prefix(text) ?? "") }
      let holdsOne = text.contains("@") || text.lowercased().contains("password") || ConnectionText.prefix(text) != nil
      return holdsOne ? hidden : text
    }
    let shown = String(text[..<scheme.upperBound])
    var rest = text[scheme.upperBound...]
    // HOST:PORT/DATABASE?PARAMETER=VALUE in a sentence that says what to write.
    let isForm = !rest.contains { $0.isLowercase || $0.isNumber }
    var query = ""
    if let mark = rest.firstIndex(of: "?") {
      // The '?' may be part of a password, or the '@' part of one in the query: nobody can tell.
      if rest[mark...].contains("@") { return shown + hidden }
      query =
        "?"
        + rest[mark...].dropFirst().split(separator: "&").map { isForm ? String($0) : parameter($0) }
        .joined(separator: "&")
      rest = rest[..<mark]
    }
    var user = ""
    if let at = rest.lastIndex(of: "@") {
      let name = rest[..<at].prefix { $0 != ":" }
      let isPlain = name.allSatisfy { $0.isLetter || $0.isNumber || "_.-".contains($0) }
      user = (isPlain ? String(name) + (name.endIndex < at ? ":\(hidden)" : "") : hidden) + "@"
      rest = rest[rest.index(after: at)...]
    }
    return shown + user + (isForm || ConnectionText.prefix(text) == nil ? String(rest) : hosts(rest)) + query
  }

  /// `text` with the passwords of all URLs in it, and of words such as `password=…`, replaced: for messages, into which a
  /// value may come from anywhere.
  public static func message(_ text: String) -> String {
    tokens(words(text.contains("://") ? urls(text) : text))
  }

  /// Hides what follows the id of a token (`mst_ID_…`), wherever somebody put one.
  private static func tokens(_ text: String) -> String {
    text.contains("mst_")
      ? text.replacing(/mst_([a-z2-7]{1,10})[A-Za-z0-9_]*/) { "mst_\($0.output.1)_\(hidden)" } : text
  }

  private static func urls(_ text: String) -> String {
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

  /// Hides what follows `password=`, up to the next space or, if it is quoted, to the closing quote.
  private static func words(_ text: String) -> String {
    var result = ""
    var rest = text[...]
    while let word = rest.firstRange(of: /(?i)password/) {
      result += rest[..<word.upperBound]
      rest = rest[word.upperBound...]
      let value = rest.drop { $0 == " " }
      guard value.first == "=" else { continue }
      let given = value.dropFirst().drop { $0 == " " }
      result += "=\(hidden)"
      rest = given.hasPrefix(hidden) ? given.dropFirst(hidden.count) : ConnectionText.afterValue(given)
    }
    return result + rest
  }

  /// Hosts and the database's name. What stands where a port should be and is none may be a password whose `@` is missing.
  private static func hosts(_ text: Substring) -> String {
    for host in text.prefix(while: { $0 != "/" }).split(separator: ",", omittingEmptySubsequences: false) {
      let close = host.lastIndex(of: "]") ?? host.startIndex
      guard let colon = host[close...].firstIndex(of: ":") else { continue }
      if !host[host.index(after: colon)...].allSatisfy(\.isNumber) { return text[...colon] + hidden }
    }
    return String(text)
  }

  private static func keywords(_ words: [(key: String, value: String)], prefix: String) -> String {
    prefix
      + words.map { key, value in
        "\(key)=" + (ConnectionText.harmless.contains(key) ? ConnectionText.quoted(value) : hidden)
      }.joined(separator: " ")
  }

  private static func parameter(_ text: Substring) -> String {
    guard let equals = text.firstIndex(of: "=") else { return hidden }
    let key = String(text[..<equals])
    if ConnectionText.harmless.contains(key) { return String(text) }
    return ConnectionText.known.contains(key) ? "\(key)=\(hidden)" : hidden
  }

  private static func isURL(_ character: Character) -> Bool {
    !character.isWhitespace && character != "'" && character != "\""
  }

  private static let hidden = "<redacted>"
}
