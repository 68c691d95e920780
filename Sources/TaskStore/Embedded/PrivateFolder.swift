#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Folders that only the coordinator's own user may enter: inputs and results are nobody else's business.
enum PrivateFolder {
  /// Makes a folder, and those above it, unless it is there. Each is on disk in the one above it when this returns: else a
  /// power cut could take a whole store with everything that was acknowledged.
  static func make(_ path: String) throws { try make(path, mode: 0o700) }

  /// Makes an empty file for its owner only, unless there is a file. Where that cannot be, whoever opens it says why.
  static func makeFile(_ path: String) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    if descriptor >= 0 { close(descriptor) }
  }

  /// Writes a folder's entries to disk.
  static func sync(_ path: String) throws {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw StoreError.fromSystem("open", path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw StoreError.fromSystem("sync", path) }
  }

  private static func make(_ path: String, mode: mode_t) throws {
    if isFolder(path) { return }
    let parent = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    if mkdir(path, mode) != 0, errno == ENOENT, parent != path, !parent.isEmpty {
      // Folders above it follow the user's own rules, as those of `mkdir -p` do.
      try make(parent, mode: 0o777)
      errno = 0
      _ = mkdir(path, mode)
    }
    guard isFolder(path) else { throw StoreError.fromSystem("make the folder", path) }
    try sync(parent)
  }

  /// Leaves `errno` as it is.
  private static func isFolder(_ path: String) -> Bool {
    let before = errno
    defer { errno = before }
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
