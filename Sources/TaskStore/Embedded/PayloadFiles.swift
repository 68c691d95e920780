import Foundation
import MusterCore
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Payloads too large for the database: one file each, on disk before the row that names it is committed.
///
/// A file that no row names is an orphan of a crash or of a refused submission; it is swept at the next start.
struct PayloadFiles: Sendable {
  /// Payloads up to this many bytes stand in the database.
  static let inlineBound = 256 * 1024

  let folder: String

  init(folder: String) throws {
    self.folder = folder
    try PrivateFolder.make(folder)
  }

  func path(of name: String) -> String { "\(folder)/\(name)" }

  /// The inverse of ``path(of:)``.
  func name(of path: String) -> String { String(path.dropFirst(folder.count + 1)) }

  /// Writes and syncs a file and its folder. Returns the file's name.
  func write(_ data: Data) throws -> String {
    let name =
      "p-" + String(UInt64.random(in: 0...UInt64.max), radix: 36) + String(UInt64.random(in: 0...UInt64.max), radix: 36)
    let path = path(of: name)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw StoreError.fromSystem("write", path) }
    do {
      try data.withUnsafeBytes { bytes in
        var offset = 0
        while offset < bytes.count {
          let written = Glibc.write(descriptor, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
          if written < 0 {
            if errno == EINTR { continue }
            throw StoreError.fromSystem("write", path)
          }
          offset += written
        }
      }
      guard fsync(descriptor) == 0 else { throw StoreError.fromSystem("sync", path) }
      try PrivateFolder.sync(folder)
      Glibc.close(descriptor)
    } catch {
      Glibc.close(descriptor)
      unlink(path)
      throw error
    }
    return name
  }

  func remove(_ names: [String]) { for name in names { unlink(path(of: name)) } }

  /// Removes files whose name `isKnown` denies. Returns how many.
  func sweep(isKnown: (String) throws -> Bool) throws -> Int {
    var removed = 0
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where name.hasPrefix("p-") {
      if try !isKnown(name) {
        unlink(path(of: name))
        removed += 1
      }
    }
    return removed
  }
}
