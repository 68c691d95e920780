#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Folders that only the coordinator's own user may enter: inputs and results are nobody else's business.
enum PrivateFolder {
  /// Makes a folder, and those above it, unless it is there.
  static func make(_ path: String) throws {
    if mkdir(path, 0o700) == 0 || isFolder(path) { return }
    if errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex {
      try makeParents(String(path[..<slash]))
      if mkdir(path, 0o700) == 0 || isFolder(path) { return }
    }
    throw StoreError.fromSystem("make the folder", path)
  }

  private static func makeParents(_ path: String) throws {
    if mkdir(path, 0o777) == 0 || isFolder(path) { return }
    guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
      throw StoreError.fromSystem("make the folder", path)
    }
    try makeParents(String(path[..<slash]))
    guard mkdir(path, 0o777) == 0 || isFolder(path) else { throw StoreError.fromSystem("make the folder", path) }
  }

  /// Leaves `errno` as it is.
  private static func isFolder(_ path: String) -> Bool {
    let before = errno
    defer { errno = before }
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
