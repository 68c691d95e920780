#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension StoreError {
  /// From `errno` of a call on a file of the store.
  static func fromSystem(_ what: String, _ path: String) -> StoreError {
    let code = errno
    let text = String(cString: strerror(code))
    switch code {
    case ENOSPC, EDQUOT:
      return StoreError(.full, "no room on the disk to \(what) '\(path)'; free some and try again")
    case EROFS, EACCES, EPERM:
      return StoreError(
        .readOnly, "cannot \(what) '\(path)': \(text); give the coordinator write access to its state folder")
    default: return StoreError(.unusable, "cannot \(what) '\(path)': \(text)")
    }
  }
}
