/// Where the coordinator keeps tasks.
public enum StoreLocation: Sendable, Hashable, CustomStringConvertible {
  /// A file; absolute once the settings are resolved.
  case sqlite(path: String)

  public var description: String {
    switch self {
    case .sqlite(let path): "sqlite:\(path)"
    }
  }

  @Sendable static func parse(_ text: String) throws(BadValue) -> StoreLocation {
    if text.hasPrefix("sqlite:") {
      var path = text.dropFirst(7)
      // The form of a URL, sqlite:///var/lib/muster.db.
      if path.hasPrefix("//") { path = path.dropFirst(2) }
      if path == ":memory:" { throw BadValue("'\(text)' would keep nothing; give a file, as in sqlite:muster.db") }
      if path.isEmpty || path.utf8.contains(0) {
        throw BadValue("'\(text)' names no file; write for example sqlite:muster.db")
      }
      return .sqlite(path: String(path))
    }
    if isPostgres(text) { throw BadValue("\(noPostgres); give sqlite:PATH, as in sqlite:muster.db") }
    throw BadValue("'\(Redaction.url(text))' is no store; give sqlite:PATH, as in sqlite:muster.db")
  }

  static let noPostgres = "this build has no PostgreSQL store yet"

  static func isPostgres(_ text: String) -> Bool {
    ["postgres://", "postgresql://", "prover-cluster+postgres://", "prover-cluster+postgresql://"]
      .contains { text.lowercased().hasPrefix($0) }
  }
}
