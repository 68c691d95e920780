import PostgreSQL

/// A store by where it stands, for what is done to it while no coordinator works over it.
public enum StorePlace: Sendable, CustomStringConvertible {
  /// The folder and the name of the database's file in it, as ``EmbeddedStore`` takes them.
  case embedded(folder: String, file: String)
  case postgres(PostgresTarget, schema: String = "muster")

  /// In one sentence's piece, without secrets.
  public var description: String {
    switch self {
    case .embedded(let folder, let file): "SQLite in \(folder)/\(file)"
    case .postgres(let target, _): "PostgreSQL at \(target.redacted)"
    }
  }
}
