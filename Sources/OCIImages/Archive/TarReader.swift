/// Reads a tar archive, entry by entry: ustar, pax, GNU's long names, and the format before them all.
///
/// Whatever cannot be read for sure in one way only is refused: sparse files, global names, wrong checksums, an end that is missing.
/// Names are not judged here; ``ArchivePolicy`` does.
final class TarReader {
  private let source: any ByteSource
  private let limits: ArchiveLimits
  /// Bytes of the current file that were not read yet, and of the padding behind them.
  private var left: Int64 = 0
  private var padding: Int64 = 0
  private var entries = 0
  private var total: Int64 = 0
  private var isAtEnd = false
  /// Where the content of the current entry begins, from the front of the archive.
  private(set) var position: Int64 = 0

  init(_ source: any ByteSource, limits: ArchiveLimits = ArchiveLimits()) {
    self.source = source
    self.limits = limits
  }

  /// The next entry; what was not read of the current one is skipped. Nil at the end.
  ///
  /// - Throws: ``OCIError`` (`bad_archive`, `image_unsupported`).
  func next() throws(OCIError) -> TarEntry? {
    if isAtEnd { return nil }
    try skip(left + padding)
    (left, padding) = (0, 0)
    var headers = TarHeaders()
    while true {
      guard let block = try nextBlock() else {
        guard headers.isEmpty else { throw Self.truncated }
        isAtEnd = true
        return nil
      }
      guard block.hasRightChecksum else {
        throw OCIError(
          .badArchive, "the archive is damaged: the checksum of a header at byte \(position - 512) is wrong")
      }
      entries += 1
      if entries > limits.entries {
        throw OCIError(.badArchive, "the archive has more than \(limits.entries) entries; that is not unpacked")
      }
      if let kind = TarHeaders.Kind(block.type) {
        try headers.take(kind, try content(of: block))
        continue
      }
      let entry = try headers.entry(block)
      left = entry.size
      padding = (512 - left % 512) % 512
      total += left
      if total > limits.totalSize {
        throw OCIError(.badArchive, "the archive has more than \(limits.totalSize) bytes; that is not unpacked")
      }
      return entry
    }
  }

  /// The next bytes of the current file; 0 at its end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(OCIError) -> Int {
    let wanted = Int(min(Int64(buffer.count), left))
    guard wanted > 0 else { return 0 }
    let count = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]))
    guard count > 0 else { throw Self.truncated }
    left -= Int64(count)
    position += Int64(count)
    return count
  }

  /// All that is left of the current file, which must not be larger than `limit`.
  func content(limit: Int) throws(OCIError) -> [UInt8] {
    guard left <= Int64(limit) else {
      throw OCIError(.badArchive, "a file of the archive has \(left) bytes; at most \(limit) are taken there")
    }
    let bytes = try exactly(Int(left))
    left = 0
    return bytes
  }

  private static var truncated: OCIError { OCIError(.badArchive, "the archive ends too early") }

  private func exactly(_ count: Int) throws(OCIError) -> [UInt8] {
    let bytes = try source.bytes(count)
    guard bytes.count == count else { throw Self.truncated }
    position += Int64(count)
    return bytes
  }

  /// Nil at the end of the archive: two blocks of zeros, or one and nothing more, as some programs write.
  private func nextBlock() throws(OCIError) -> TarBlock? {
    let block = TarBlock(try exactly(TarBlock.size))
    guard block.isZero else { return block }
    let second = try source.bytes(TarBlock.size)
    guard second.allSatisfy({ $0 == 0 }) else {
      throw OCIError(.badArchive, "the archive is damaged: there is a block of zeros in its midst")
    }
    return nil
  }

  private func content(of block: TarBlock) throws(OCIError) -> [UInt8] {
    guard let size = block.number(.size), size >= 0, size <= PaxRecords.maximumSize else {
      throw OCIError(.badArchive, "the archive is damaged: an extended header has no size, or over 1 MiB")
    }
    let bytes = try exactly(Int(size))
    try skip((512 - size % 512) % 512)
    return bytes
  }

  private func skip(_ count: Int64) throws(OCIError) {
    guard count > 0 else { return }
    if let file = source as? FileSource {
      guard try file.skip(count) else { throw Self.truncated }
      position += count
      return
    }
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: Int(min(count, 256 << 10)), alignment: 16)
    defer { room.deallocate() }
    var rest = count
    while rest > 0 {
      let part = UnsafeMutableRawBufferPointer(rebasing: room[..<Int(min(rest, Int64(room.count)))])
      let read = try source.read(into: part)
      guard read > 0 else { throw Self.truncated }
      rest -= Int64(read)
      position += Int64(read)
    }
  }
}
