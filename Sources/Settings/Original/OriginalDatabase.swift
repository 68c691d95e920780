/// The database of the original coordinator, whose URL is not quite libpq's.
///
/// The original's library (sqlx) has other names for some parameters, parameters of its own, and passes over those that it
/// does not know.
enum OriginalDatabase {
  private static let renamed = [
    "ssl-mode": "sslmode", "ssl-root-cert": "sslrootcert", "ssl-ca": "sslrootcert", "ssl-cert": "sslcert",
    "ssl-key": "sslkey",
  ]
  /// Have no counterpart and need none.
  private static let dropped: Set<String> = ["statement-cache-capacity"]

  /// - Returns: the database, and the names of parameters that have no effect.
  static func parse(_ text: String) throws(BadValue) -> (target: DatabaseTarget, ignored: [String]) {
    let isURL = ["postgres://", "postgresql://"].contains { text.lowercased().hasPrefix($0) }
    guard isURL else {
      throw BadValue(
        "'\(Redaction.url(text))' is no PostgreSQL URL; give one, as in postgres://USER@HOST/DATABASE, or a store in "
          + "muster.yaml")
    }
    // Behind the last '@', since a password may hold a '?'.
    let start = text.lastIndex(of: "@") ?? text.startIndex
    guard let mark = text[start...].firstIndex(of: "?") else { return (DatabaseTarget(url: text), []) }
    var ignored: [String] = []
    let parameters = text[mark...].dropFirst().split(separator: "&").compactMap { parameter -> String? in
      let key = String(parameter.prefix { $0 != "=" })
      let name = renamed[key] ?? key
      if dropped.contains(name) { return nil }
      guard ConnectionText.known.contains(name) else {
        // A name only, and not what could be the rest of a password with an '&' in it.
        if parameter.contains("="), key.allSatisfy({ $0.isLetter || "-_".contains($0) }) { ignored.append(key) }
        return nil
      }
      return name + parameter.dropFirst(key.count)
    }
    let query = parameters.isEmpty ? "" : "?" + parameters.joined(separator: "&")
    return (DatabaseTarget(url: text[..<mark] + query), ignored)
  }
}
