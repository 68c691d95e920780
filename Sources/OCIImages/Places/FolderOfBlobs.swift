import Crypto
import Foundation
import NIOCore
import NIOPosix

/// Files named after their digests, as an OCI layout has them: each appears whole or not at all.
struct FolderOfBlobs: Sendable {
  /// Holds `<hex>` files.
  let path: String
  /// Where unfinished files are: on the same file system, so that renaming is atomic.
  let temporary: String
  /// Whether to wait until the disk has what was written.
  let isDurable: Bool

  func file(_ digest: Digest) -> String { "\(path)/\(digest.hex)" }

  /// Whether it is there, with the size of its descriptor.
  func has(_ descriptor: Descriptor) -> Bool {
    var status = stat()
    return stat(file(descriptor.digest), &status) == 0 && status.st_mode & S_IFMT == S_IFREG
      && Int64(status.st_size) == descriptor.size
  }

  func open(_ descriptor: Descriptor, from offset: Int64) throws(OCIError) -> BlobStream {
    let file = try OpenFile.reading(file(descriptor.digest))
    let size = try file.size()
    guard size == descriptor.size else {
      throw OCIError(.badDigest, "'\(file.path)' has \(size) bytes, and should have \(descriptor.size)")
    }
    return .file(file, size: size, from: offset)
  }

  /// Stores what a stream gives, if it is what the descriptor says.
  func store(
    _ descriptor: Descriptor, _ stream: BlobStream, progress: @Sendable (Int64) -> Void
  ) async throws {
    let partial = "\(temporary)/.partial-\(UUID().uuidString)"
    let file = try OpenFile.creating(partial)
    var isStored = false
    defer { if !isStored { unlink(partial) } }
    var content = VerifiedContent(descriptor)
    for try await piece in stream {
      let (before, offset) = (content, content.count)
      content = try await NIOThreadPool.singleton.runIfActive {
        var content = before
        try content.take(piece)
        try piece.withUnsafeReadableBytes { bytes in try file.write(bytes, at: offset) }
        return content
      }
      progress(Int64(piece.readableBytes))
    }
    try content.finish()
    try await Offload.run { _ in try publish(file, as: descriptor.digest) }
    isStored = true
  }

  /// Stores bytes that are all there.
  func store(_ bytes: [UInt8], _ digest: Digest) throws(OCIError) {
    let partial = "\(temporary)/.partial-\(UUID().uuidString)"
    let file = try OpenFile.creating(partial)
    do {
      try FileSink(file).write(bytes)
      try publish(file, as: digest)
    } catch {
      unlink(partial)
      throw error
    }
  }

  /// Gives a finished file its name.
  func publish(_ partial: OpenFile, as digest: Digest) throws(OCIError) {
    if isDurable { try partial.synchronize() }
    guard rename(partial.path, file(digest)) == 0 else { throw OpenFile.failure("cannot be made", file(digest)) }
    if isDurable { try Self.synchronizeFolder(path) }
  }

  /// So that a name in it survives a loss of power.
  static func synchronizeFolder(_ path: String) throws(OCIError) {
    let descriptor = Foundation.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw OpenFile.failure("cannot be opened", path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw OpenFile.failure("cannot be written to the disk", path) }
  }
}
