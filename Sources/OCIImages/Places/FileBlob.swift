import NIOCore
import NIOPosix

/// Part of a file as a blob's bytes.
struct FileBlob: AsyncSequence, Sendable {
  typealias Element = ByteBuffer
  /// Large enough that a switch of threads does not count, small enough for several at once.
  static let pieceSize = 512 << 10

  let file: OpenFile
  var offset: Int64 = 0
  /// Bytes from `offset` on.
  var count: Int64

  struct AsyncIterator: AsyncIteratorProtocol {
    let file: OpenFile
    var offset: Int64
    var rest: Int64

    mutating func next() async throws -> ByteBuffer? {
      try Task.checkCancellation()
      let wanted = Int(Swift.min(Int64(FileBlob.pieceSize), rest))
      guard wanted > 0 else { return nil }
      let (file, offset) = (file, offset)
      let piece = try await NIOThreadPool.singleton.runIfActive {
        var buffer = ByteBufferAllocator().buffer(capacity: wanted)
        try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { room in
          try file.read(into: UnsafeMutableRawBufferPointer(rebasing: room[..<wanted]), at: offset)
        }
        return buffer
      }
      guard piece.readableBytes > 0 else { return nil }
      self.offset += Int64(piece.readableBytes)
      rest -= Int64(piece.readableBytes)
      return piece
    }
  }

  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(file: file, offset: offset, rest: count) }
}

extension BlobStream {
  /// A part of a file, from `offset` after its beginning on.
  static func file(_ file: OpenFile, start: Int64 = 0, size: Int64, from offset: Int64) -> BlobStream {
    BlobStream(FileBlob(file: file, offset: start + offset, count: Swift.max(0, size - offset)))
  }

  /// Bytes in memory, from `offset` on.
  static func memory(_ bytes: [UInt8], from offset: Int64) -> BlobStream {
    let rest = bytes.dropFirst(Int(clamping: offset))
    return BlobStream(MemoryBlob(piece: rest.isEmpty ? nil : ByteBuffer(bytes: rest)))
  }
}

/// Bytes that are there already, in one piece.
private struct MemoryBlob: AsyncSequence, Sendable {
  let piece: ByteBuffer?

  struct AsyncIterator: AsyncIteratorProtocol {
    var piece: ByteBuffer?

    mutating func next() async throws -> ByteBuffer? {
      defer { piece = nil }
      return piece
    }
  }

  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(piece: piece) }
}
