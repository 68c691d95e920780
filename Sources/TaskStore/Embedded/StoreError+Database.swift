import GRDB

extension StoreError {
  /// What a failed call of SQLite means to the operator.
  static func from(_ error: any Error, path: String) -> StoreError {
    if let error = error as? StoreError { return error }
    guard let error = error as? DatabaseError else {
      return StoreError(.unusable, "the store (\(path)) cannot be used: \(error)", cause: error)
    }
    switch error.resultCode {
    case .SQLITE_FULL:
      return StoreError(.full, "no room on the disk for the store (\(path)); free some, and submit again", cause: error)
    case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH, .SQLITE_CANTOPEN:
      return StoreError(
        .readOnly, "the store (\(path)) cannot be written; give the coordinator write access to its state folder",
        cause: error)
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      return StoreError(
        .corrupt,
        "the store (\(path)) is damaged or not a muster store; restore a backup, or move it away to begin anew",
        cause: error)
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      return StoreError(
        .locked, "another program holds the store (\(path)) locked; stop it, then try again", cause: error)
    case .SQLITE_IOERR:
      return StoreError(
        .unusable, "reading or writing the store (\(path)) failed; look at the disk and at the kernel's log",
        cause: error)
    default:
      return StoreError(
        .unusable, "the store (\(path)) cannot be used: \(error.message ?? "unknown error")", cause: error)
    }
  }
}
