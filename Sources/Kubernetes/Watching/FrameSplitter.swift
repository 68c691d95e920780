import NIOCore

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Cuts a stream of bytes into lines, wherever the pieces of the stream end.
struct FrameSplitter {
  /// What a line that is too long becomes.
  enum Excess { case error, split }

  private let limit: Int
  private let excess: Excess
  private var pending = ByteBuffer()
  /// How much of `pending` is known to have no end of line.
  private var searched = 0

  /// - Parameter limit: bytes of a line.
  init(limit: Int, excess: Excess = .error) {
    self.limit = limit
    self.excess = excess
  }

  /// Takes a piece; ``next()`` then gives the lines that it completes.
  mutating func push(_ piece: ByteBuffer) {
    guard pending.readableBytes > 0 else {
      pending = piece
      return
    }
    if pending.readerIndex > 0 {
      // What has been read must not pile up before the rest of a line. Once a line, so that a long one, which comes in
      // many pieces, is not copied for each of them.
      var joined = ByteBufferAllocator().buffer(capacity: pending.readableBytes + piece.readableBytes)
      joined.writeImmutableBuffer(pending)
      pending = joined
    }
    pending.writeImmutableBuffer(piece)
  }

  /// The next line, without its end; nil when more bytes are needed. Empty lines are left out of frames.
  ///
  /// - Throws: `badAnswer` when a line is over the limit.
  mutating func next() throws -> ByteBuffer? {
    while let end = endOfLine() {
      searched = 0
      if end > limit, let part = try cut() { return part }
      let line = pending.readSlice(length: end)
      pending.moveReaderIndex(forwardBy: 1)
      if end > 0 || excess == .split { return line }
    }
    searched = pending.readableBytes
    return pending.readableBytes > limit ? try cut() : nil
  }

  /// What came after the last end of line, when the stream is over; nil if nothing.
  mutating func rest() -> ByteBuffer? {
    defer { pending = ByteBuffer() }
    searched = 0
    return pending.readableBytes > 0 ? pending : nil
  }

  private mutating func cut() throws -> ByteBuffer? {
    guard excess == .split else {
      throw KubernetesError(
        .badAnswer,
        "the API server sends a line of over \(limit) bytes in a watch; watch fewer fields, or metadata only")
    }
    searched = 0
    return pending.readSlice(length: limit)
  }

  private func endOfLine() -> Int? {
    pending.withUnsafeReadableBytes { bytes in
      guard let start = bytes.baseAddress, bytes.count > searched else { return nil }
      guard let found = memchr(start + searched, 0x0A, bytes.count - searched) else { return nil }
      return UnsafeRawPointer(found) - start
    }
  }
}
