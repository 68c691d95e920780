#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Tells files that can be read twice from pipes and terminals.
enum RegularFile {
  static func isOne(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }
}
