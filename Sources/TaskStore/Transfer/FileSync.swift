#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Writes what the system still has in memory of a file to disk.
enum FileSync {
  /// - Throws: ``StoreError``.
  static func file(_ path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw StoreError.fromSystem("open", path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw StoreError.fromSystem("sync", path) }
  }
}
