/// Where the coordinator keeps tasks.
public enum StoreLocation: Sendable, Equatable, CustomStringConvertible {
  /// A file; absolute once the settings are resolved.
  case sqlite(path: String)
  /// Tables of Muster's own in a PostgreSQL database, which several coordinators may share.
  case postgres(DatabaseTarget)
  /// The same, over the prover cluster's table `task` in that database.
  case proverCluster(DatabaseTarget)

  /// As it would be written in a file, without passwords.
  public var description: String {
    switch self {
    case .sqlite(let path): "sqlite:\(path)"
    case .postgres(let target): target.description
    case .proverCluster(let target): ConnectionText.outer + target.description
    }
  }

  /// The database, if it is one.
  var target: DatabaseTarget? {
    switch self {
    case .sqlite: nil
    case .postgres(let target), .proverCluster(let target): target
    }
  }

  /// Parses what a flag of a command gives.
  ///
  /// - Parameter flag: its name with the dashes, for messages.
  /// - Throws: ``SettingsError``.
  public static func parsing(_ text: String, flag: String) throws(SettingsError) -> StoreLocation {
    do throws(BadValue) {
      let store = try parse(text)
      guard case .sqlite(let path) = store else { return store }
      return .sqlite(path: absolute(path))
    } catch {
      throw SettingsError(problems: [Problem(source: .flag(flag), key: "", text: error.text)])
    }
  }

  /// A path seen from the working directory.
  public static func absolute(_ path: String) -> String {
    FilePath.absolute(path, in: SettingsInput.ofProcess(environment: [:], cores: 1).folder)
  }

  static let forms = "sqlite:PATH, postgres://USER@HOST/DATABASE or prover-cluster+postgres://USER@HOST/DATABASE"

  @Sendable static func parse(_ text: String) throws(BadValue) -> StoreLocation {
    if text.hasPrefix("sqlite:") { return try sqlite(text) }
    guard let prefix = ConnectionText.prefix(text) else {
      throw BadValue("'\(Redaction.url(text))' is no store; give \(forms)")
    }
    let target = try database(text, prefix)
    return prefix.hasPrefix(ConnectionText.outer) ? .proverCluster(target) : .postgres(target)
  }

  private static func sqlite(_ text: String) throws(BadValue) -> StoreLocation {
    var path = text.dropFirst(7)
    // The form of a URL, sqlite:///var/lib/muster.db.
    if path.hasPrefix("//") { path = path.dropFirst(2) }
    if path == ":memory:" { throw BadValue("'\(text)' would keep nothing; give a file, as in sqlite:muster.db") }
    if path.isEmpty || path.utf8.contains(0) {
      throw BadValue("'\(text)' names no file; write for example sqlite:muster.db")
    }
    return .sqlite(path: String(path))
  }

  private static func database(_ text: String, _ prefix: String) throws(BadValue) -> DatabaseTarget {
    if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      throw BadValue("'\(Redaction.url(text.filter { !$0.isNewline }))' holds a control character; remove it")
    }
    let outer = prefix.hasPrefix(ConnectionText.outer) ? ConnectionText.outer.count : 0
    if text.dropFirst(prefix.count).hasPrefix("//") { return DatabaseTarget(url: String(text.dropFirst(outer))) }
    guard let words = ConnectionText.keywords(text) else {
      // What could not be read is not repeated: nobody knows what in it is a password.
      throw BadValue(
        "what stands after '\(prefix)' is neither //HOST/DATABASE nor of the form key=value; write for example "
          + "\(prefix)//USER@HOST/DATABASE or \(prefix)host=/run/postgresql dbname=muster")
    }
    return DatabaseTarget(keywords: words)
  }
}
