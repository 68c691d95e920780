import Foundation

/// What changes with a file's bytes: its size, and when it was changed, in nanoseconds since 1970.
struct FileStamp: Codable, Sendable, Hashable {
  var size: Int
  var modified: Int64
  var changed: Int64

  init(_ status: stat) {
    size = Int(status.st_size)
    #if canImport(Darwin)
      modified = Self.nanoseconds(status.st_mtimespec)
      changed = Self.nanoseconds(status.st_ctimespec)
    #else
      modified = Self.nanoseconds(status.st_mtim)
      changed = Self.nanoseconds(status.st_ctim)
    #endif
  }

  private static func nanoseconds(_ time: timespec) -> Int64 {
    Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }
}
