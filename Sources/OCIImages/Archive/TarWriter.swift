/// Writes a tar archive, entry by entry, into a sink.
///
/// What does not fit into a header block goes into a pax header, always in the same way: the same entries give the same bytes.
final class TarWriter {
  private let sink: any ByteSink
  /// Bytes of the current file that are still to come.
  private var missing: Int64 = 0
  private var padding = 0
  /// Text that a header block cannot hold for sure in every reader's eyes.
  private static func needsPax(_ text: [UInt8]) -> Bool { text.count > 100 || text.contains { $0 >= 0x80 } }

  init(_ sink: any ByteSink) { self.sink = sink }

  /// Begins an entry. If it is a file, its `size` bytes have to follow by ``write(_:)``.
  func begin(_ entry: TarEntry) throws(OCIError) {
    try endEntry()
    var pax = PaxRecords()
    var block = TarBlock()
    var path = entry.path
    if entry.kind == .directory, path.utf8.last != UInt8(ascii: "/") { path += "/" }
    put(Array(path.utf8), .name, "path", &block, &pax)
    _ = block.put(Int64(entry.mode & 0o7777), .mode)
    if !block.put(Int64(entry.user), .user) { pax.put("uid", Int64(entry.user)) }
    if !block.put(Int64(entry.group), .group) { pax.put("gid", Int64(entry.group)) }
    if !block.put(entry.modified, .modified) { pax.put("mtime", entry.modified) }
    let size = entry.kind == .file ? entry.size : 0
    if !block.put(size, .size) { pax.put("size", size) }
    putKind(entry.kind, &block, &pax)
    for (name, value) in entry.extendedAttributes { pax.put(PaxRecords.attributePrefix + name, value) }
    if !pax.isEmpty { try write(pax) }
    block.seal()
    try sink.write(block.bytes)
    missing = size
    padding = Int((512 - size % 512) % 512)
  }

  /// The next bytes of the current file.
  func write(_ bytes: UnsafeRawBufferPointer) throws(OCIError) {
    guard Int64(bytes.count) <= missing else {
      throw OCIError(.badArchive, "a file grew while it was put into an archive")
    }
    missing -= Int64(bytes.count)
    try sink.write(bytes)
  }

  func write(_ bytes: [UInt8]) throws(OCIError) {
    guard Int64(bytes.count) <= missing else {
      throw OCIError(.badArchive, "a file grew while it was put into an archive")
    }
    missing -= Int64(bytes.count)
    try sink.write(bytes)
  }

  /// Copies the rest of the current file out of a source.
  func write(_ source: any ByteSource, _ cancellation: Offload.Cancellation? = nil) throws(OCIError) {
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
    defer { room.deallocate() }
    while missing > 0 {
      try cancellation?.check()
      let count = try source.read(into: room)
      if count == 0 { break }
      try write(UnsafeRawBufferPointer(rebasing: room[..<count]))
    }
  }

  /// Writes the end. Nothing can be written after it.
  func finish() throws(OCIError) {
    try endEntry()
    try sink.write(Array(repeating: 0, count: 2 * TarBlock.size))
  }

  private func endEntry() throws(OCIError) {
    guard missing == 0 else { throw OCIError(.badArchive, "a file shrank while it was put into an archive") }
    if padding > 0 { try sink.write(Array(repeating: 0, count: padding)) }
    padding = 0
  }

  private func put(
    _ text: [UInt8], _ field: TarBlock.Field, _ key: String, _ block: inout TarBlock, _ pax: inout PaxRecords
  ) {
    guard Self.needsPax(text) else { return block.put(text, field) }
    pax.put(key, text)
    // For readers that do not know pax; they see a name at least.
    block.put(text.map { $0 < 0x80 ? $0 : 0x5F }.suffix(100), field)
  }

  private func putKind(_ kind: TarEntry.Kind, _ block: inout TarBlock, _ pax: inout PaxRecords) {
    func device(_ major: UInt32, _ minor: UInt32) {
      _ = block.put(Int64(major), .deviceMajor)
      _ = block.put(Int64(minor), .deviceMinor)
    }
    switch kind {
    case .file: block.type = UInt8(ascii: "0")
    case .hardLink(let target):
      block.type = UInt8(ascii: "1")
      put(Array(target.utf8), .target, "linkpath", &block, &pax)
    case .symbolicLink(let target):
      block.type = UInt8(ascii: "2")
      put(Array(target.utf8), .target, "linkpath", &block, &pax)
    case .characterDevice(let major, let minor):
      block.type = UInt8(ascii: "3")
      device(major, minor)
    case .blockDevice(let major, let minor):
      block.type = UInt8(ascii: "4")
      device(major, minor)
    case .directory: block.type = UInt8(ascii: "5")
    case .pipe: block.type = UInt8(ascii: "6")
    }
  }

  private func write(_ pax: PaxRecords) throws(OCIError) {
    let bytes = pax.bytes
    var block = TarBlock()
    block.type = UInt8(ascii: "x")
    block.put(Array("PaxHeaders/entry".utf8), .name)
    _ = block.put(0o644, .mode)
    _ = block.put(0, .user)
    _ = block.put(0, .group)
    _ = block.put(0, .modified)
    _ = block.put(Int64(bytes.count), .size)
    block.seal()
    try sink.write(block.bytes)
    try sink.write(bytes + Array(repeating: 0, count: (512 - bytes.count % 512) % 512))
  }
}
