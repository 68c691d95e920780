/// Where an embedded store stands: the database's folder, in which it keeps payloads and a lock too, and its file.
struct EmbeddedPlace {
  let folder: String
  let file: String

  /// - Parameter state: the folder of a path that names none.
  init(path: String, state: String) {
    guard let slash = path.lastIndex(of: "/") else {
      folder = state
      file = path
      return
    }
    folder = slash == path.startIndex ? "/" : String(path[..<slash])
    file = String(path[path.index(after: slash)...])
  }
}
