import CZlib
import Dispatch

/// Compresses with gzip what it takes, on all cores, and passes it on.
///
/// The bytes are cut into pieces of 1 MiB that are compressed by themselves and joined into one gzip member, so the result does not
/// depend on how many cores there are. The header is fixed (no time, no name, system "unknown"): the same bytes, level and release of zlib give
/// the same result. Source of the format: RFC 1951, RFC 1952.
final class GzipSink: ByteSink {
  private static let pieceSize = 1 << 20
  /// How many pieces are collected before they are compressed together: bounds the memory.
  private static let batch = 8

  private let next: any ByteSink
  private let level: Int32
  private let pending = UnsafeMutableRawBufferPointer.allocate(byteCount: batch * pieceSize, alignment: 16)
  private var pendingCount = 0
  private var checksum: UInt
  private var count: UInt64 = 0
  private var hasBegun = false

  /// - Parameter level: 1 (fast) to 9 (small).
  init(_ next: any ByteSink, level: Int32 = 6) {
    self.next = next
    self.level = min(max(level, 1), 9)
    checksum = crc32(0, nil, 0)
  }

  deinit { pending.deallocate() }

  func write(_ bytes: UnsafeRawBufferPointer) throws(OCIError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = UnsafeRawBufferPointer(rebasing: rest.prefix(pending.count - pendingCount))
      checksum = crc32(checksum, part.bindMemory(to: UInt8.self).baseAddress, UInt32(part.count))
      count += UInt64(part.count)
      UnsafeMutableRawBufferPointer(rebasing: pending[pendingCount...]).copyMemory(from: part)
      pendingCount += part.count
      rest = rest.dropFirst(part.count)
      if pendingCount == pending.count { try flush() }
    }
  }

  /// Writes what is left, and the checksum. Nothing can be written after it.
  func finish() throws(OCIError) {
    try flush()
    // An empty last block, then checksum and size from their lowest byte up.
    var end: [UInt8] = [3, 0]
    for value in [UInt32(truncatingIfNeeded: checksum), UInt32(truncatingIfNeeded: count)] {
      end += (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
    try next.write(end)
  }

  private func flush() throws(OCIError) {
    if !hasBegun { try next.write([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]) }
    hasBegun = true
    let pieces = (pendingCount + Self.pieceSize - 1) / Self.pieceSize
    let results = GzipPieces(count: pieces)
    // Read by all threads, written by none until they are done.
    nonisolated(unsafe) let bytes = UnsafeRawBufferPointer(rebasing: pending[..<pendingCount])
    let level = level
    DispatchQueue.concurrentPerform(iterations: pieces) { index in
      let start = index * Self.pieceSize
      let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + Self.pieceSize, bytes.count)])
      results.set(index, GzipPieces.compress(piece, level: level))
    }
    pendingCount = 0
    for piece in results.all {
      guard let piece else { throw OCIError(.file, "zlib could not compress; is there memory left?") }
      try next.write(piece)
    }
  }
}
