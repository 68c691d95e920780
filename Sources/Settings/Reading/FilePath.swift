/// Paths as text. Nothing here looks at the disk.
enum FilePath {
  /// `path` seen from `folder`, without `.` components and doubled slashes. `..` stays: only the system knows where it
  /// leads through a link.
  static func absolute(_ path: String, in folder: String) -> String {
    let whole = path.hasPrefix("/") ? path : "\(folder)/\(path)"
    return "/" + whole.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
  }

  /// The folder of a file: `/etc` of `/etc/muster.yaml`.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// `muster.yaml` beside `path`, named the way `path` is named.
  static func sibling(of path: String, named name: String) -> String {
    path.contains("/") ? FilePath.folder(of: path) + (folder(of: path) == "/" ? "" : "/") + name : name
  }
}
