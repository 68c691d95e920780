import CZlib
import Synchronization

/// Parts of a gzip member that several threads compress.
final class GzipPieces: Sendable {
  private let pieces: Mutex<[[UInt8]?]>

  init(count: Int) { pieces = Mutex(Array(repeating: nil, count: count)) }

  func set(_ index: Int, _ piece: [UInt8]?) { pieces.withLock { $0[index] = piece } }

  /// In order; nil for what could not be compressed.
  var all: [[UInt8]?] { pieces.withLock { $0 } }

  /// Blocks of deflate that end at a byte and are not the last ones.
  ///
  /// - Returns: nil if there is no memory.
  static func compress(_ bytes: UnsafeRawBufferPointer, level: Int32) -> [UInt8]? {
    // zlib keeps a pointer back to the stream, so it must not move.
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    defer { stream.deallocate() }
    let size = Int32(MemoryLayout<z_stream>.size)
    guard deflateInit2_(stream, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK else {
      return nil
    }
    defer { deflateEnd(stream) }
    // The bound does not know of the mark at the end.
    let room = Int(deflateBound(stream, UInt(bytes.count))) + 64
    var isDone = false
    let result = [UInt8](unsafeUninitializedCapacity: room) { output, count in
      stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.bindMemory(to: UInt8.self).baseAddress)
      stream.pointee.avail_in = UInt32(bytes.count)
      stream.pointee.next_out = output.baseAddress
      stream.pointee.avail_out = UInt32(room)
      isDone = deflate(stream, Z_SYNC_FLUSH) == Z_OK && stream.pointee.avail_in == 0 && stream.pointee.avail_out > 0
      count = room - Int(stream.pointee.avail_out)
    }
    return isDone ? result : nil
  }
}
