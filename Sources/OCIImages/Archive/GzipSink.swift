import CZlib

/// Compresses with gzip what it takes, and passes it on.
///
/// The header is fixed (no time, no name, system "unknown"): the same bytes, level and release of zlib give the same result.
/// Source of the format: RFC 1952.
final class GzipSink: ByteSink {
  private let next: any ByteSink
  private let stream: UnsafeMutablePointer<z_stream>
  private let header: UnsafeMutablePointer<gz_header>
  private let room: UnsafeMutableRawBufferPointer

  /// - Parameter level: 1 (fast) to 9 (small).
  init(_ next: any ByteSink, level: Int32 = 6) throws(OCIError) {
    self.next = next
    // zlib keeps a pointer back to the stream, so it must not move.
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    header = .allocate(capacity: 1)
    header.initialize(to: gz_header())
    room = .allocate(byteCount: 64 << 10, alignment: 16)
    header.pointee.os = 255
    let windowBits = 15 + 16
    guard
      deflateInit2_(
        stream, min(max(level, 1), 9), Z_DEFLATED, Int32(windowBits), 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size)) == Z_OK,
      deflateSetHeader(stream, header) == Z_OK
    else { throw OCIError(.file, "zlib could not be started; is there memory left?") }
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
    header.deallocate()
    room.deallocate()
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(OCIError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      // zlib counts in 32 bits.
      let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
      rest = rest.dropFirst(piece.count)
      stream.pointee.next_in = UnsafeMutablePointer(mutating: piece.bindMemory(to: UInt8.self).baseAddress)
      stream.pointee.avail_in = UInt32(piece.count)
      while stream.pointee.avail_in > 0 { _ = try step(Z_NO_FLUSH) }
    }
    stream.pointee.next_in = nil
  }

  /// Writes what is left, and the checksum. Nothing can be written after it.
  func finish() throws(OCIError) {
    while try step(Z_FINISH) != Z_STREAM_END {}
  }

  private func step(_ flush: Int32) throws(OCIError) -> Int32 {
    stream.pointee.next_out = room.bindMemory(to: UInt8.self).baseAddress
    stream.pointee.avail_out = UInt32(room.count)
    let result = deflate(stream, flush)
    guard result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR else {
      throw OCIError(.file, "zlib could not compress (error \(result))")
    }
    let count = room.count - Int(stream.pointee.avail_out)
    if count > 0 { try next.write(UnsafeRawBufferPointer(rebasing: room[..<count])) }
    return result
  }
}
