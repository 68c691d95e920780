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
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw StoreError(.unusable, "the folder '\(folder)' for large payloads cannot be made", cause: error)
    }
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
      Glibc.close(descriptor)
    } catch {
      Glibc.close(descriptor)
      unlink(path)
      throw error
    }
    let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { throw StoreError.fromSystem("open", folder) }
    defer { Glibc.close(directory) }
    guard fsync(directory) == 0 else { throw StoreError.fromSystem("sync", folder) }
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
