import Foundation

/// Reads small files of this machine whole.
enum BoundedBytes {
  struct TooLarge: Error {}

  /// - Throws: what the file system says; ``TooLarge``.
  static func read(_ path: String, limit: Int) throws -> [UInt8] {
    let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    defer { try? handle.close() }
    let data = try handle.read(upToCount: limit + 1) ?? Data()
    guard data.count <= limit else { throw TooLarge() }
    return [UInt8](data)
  }
}
