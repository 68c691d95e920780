import Crypto
import Foundation
import MusterCore

/// The SHA-256 of a file, read in pieces.
enum FileDigest {
  struct Reading: Sendable, Hashable {
    var digest: String
    var stamp: FileStamp
    /// The first 512 bytes.
    var head: [UInt8]
  }

  /// The file changed while it was read.
  struct Changed: Error {}

  static let piece = 1 << 20

  /// - Throws: what the file system says; ``Changed``; `CancellationError`.
  static func read(_ path: String) throws -> Reading {
    let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    defer { try? handle.close() }
    let before = try stamp(handle)
    var hash = SHA256()
    var head: [UInt8] = []
    while let data = try handle.read(upToCount: piece), !data.isEmpty {
      try Task.checkCancellation()
      if head.isEmpty { head = Array(data.prefix(512)) }
      hash.update(data: data)
    }
    guard try stamp(handle) == before else { throw Changed() }
    return Reading(digest: HexText.text(hash.finalize()), stamp: before, head: head)
  }

  static func text(_ bytes: some Sequence<UInt8>) -> String { HexText.text(SHA256.hash(data: Array(bytes))) }

  private static func stamp(_ handle: FileHandle) throws -> FileStamp {
    var status = stat()
    guard fstat(handle.fileDescriptor, &status) == 0 else { throw POSIXError(.EIO) }
    return FileStamp(status)
  }
}
