import CZlib

/// The uncompressed bytes of a gzip file, which may have several members.
///
/// What comes out is bounded: by a size, and by how many times the compressed bytes it is. Bytes behind the last member that are no
/// member are refused, for another program might read them as something.
final class GzipSource: ByteSource {
  private let source: any ByteSource
  private let limits: ArchiveLimits
  private let stream: UnsafeMutablePointer<z_stream>
  private let room: UnsafeMutableRawBufferPointer
  private var taken: Int64 = 0
  private var given: Int64 = 0
  private var isBetweenMembers = false
  private var isAtEnd = false

  init(_ source: any ByteSource, limits: ArchiveLimits = ArchiveLimits()) throws(OCIError) {
    self.source = source
    self.limits = limits
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    room = .allocate(byteCount: 64 << 10, alignment: 16)
    let windowBits = 15 + 16
    guard inflateInit2_(stream, Int32(windowBits), ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw OCIError(.file, "zlib could not be started; is there memory left?")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    room.deallocate()
  }

  /// Whether bytes begin as a gzip file does.
  static func begins(_ bytes: some Collection<UInt8>) -> Bool { bytes.starts(with: [0x1F, 0x8B, 0x08]) }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(OCIError) -> Int {
    guard !buffer.isEmpty else { return 0 }
    while !isAtEnd {
      let hasInput = stream.pointee.avail_in > 0 ? true : try fill()
      if !hasInput {
        guard isBetweenMembers else { throw OCIError(.badArchive, "the gzip data ends too early") }
        isAtEnd = true
        break
      }
      if isBetweenMembers {
        guard inflateReset(stream) == Z_OK else { throw OCIError(.badArchive, "the gzip data is damaged") }
        isBetweenMembers = false
      }
      let count = try inflateSome(into: buffer)
      if count > 0 { return count }
    }
    return 0
  }

  /// - Returns: false at the end of the compressed bytes.
  private func fill() throws(OCIError) -> Bool {
    let count = try source.read(into: room)
    taken += Int64(count)
    stream.pointee.next_in = room.bindMemory(to: UInt8.self).baseAddress
    stream.pointee.avail_in = UInt32(count)
    return count > 0
  }

  private func inflateSome(into buffer: UnsafeMutableRawBufferPointer) throws(OCIError) -> Int {
    let wanted = min(buffer.count, 1 << 30)
    stream.pointee.next_out = buffer.bindMemory(to: UInt8.self).baseAddress
    stream.pointee.avail_out = UInt32(wanted)
    let result = inflate(stream, Z_NO_FLUSH)
    stream.pointee.next_out = nil
    switch result {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END: isBetweenMembers = true
    default: throw OCIError(.badArchive, "the gzip data is damaged")
    }
    let count = wanted - Int(stream.pointee.avail_out)
    given += Int64(count)
    try limits.checkExpansion(from: taken, to: given)
    return count
  }
}
