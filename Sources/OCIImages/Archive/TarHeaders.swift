/// The extended headers that stand in front of an entry, and what becomes of them and its block.
struct TarHeaders {
  enum Kind {
    /// pax, for the next entry only.
    case local
    /// pax, for all entries that follow.
    case global
    /// GNU's, each for the next entry.
    case longName, longTarget

    init?(_ type: UInt8) {
      switch type {
      case UInt8(ascii: "x"): self = .local
      case UInt8(ascii: "g"): self = .global
      case UInt8(ascii: "L"): self = .longName
      case UInt8(ascii: "K"): self = .longTarget
      default: return nil
      }
    }
  }

  private var pax = PaxRecords()
  private var longName: [UInt8]?
  private var longTarget: [UInt8]?
  private(set) var isEmpty = true

  mutating func take(_ kind: Kind, _ content: [UInt8]) throws(OCIError) {
    switch kind {
    case .local:
      pax = try PaxRecords(parsing: content)
      isEmpty = false
    case .global:
      // Readers differ in what they make of these; git's comment is the only one that is met, and means nothing.
      let records = try PaxRecords(parsing: content)
      guard records.values.keys.allSatisfy({ $0 == "comment" }) else {
        throw OCIError(
          .unsupported, "the archive has a global header, which is not supported; make it with 'tar --format=pax'")
      }
    case .longName:
      longName = Array(content.prefix { $0 != 0 })
      isEmpty = false
    case .longTarget:
      longTarget = Array(content.prefix { $0 != 0 })
      isEmpty = false
    }
  }

  /// The entry of a block, with what the headers before it say.
  func entry(_ block: TarBlock) throws(OCIError) -> TarEntry {
    guard pax.values.keys.allSatisfy({ !$0.hasPrefix("GNU.sparse.") }) else { throw Self.sparse }
    let path = try text(pax.values["path"] ?? longName ?? Self.name(block))
    let target = try text(pax.values["linkpath"] ?? longTarget ?? block.text(.target))
    let kind = try kind(block, path, target)
    var size = try number("size", block, .size)
    // As a file it has content, as the folder that its name says it has none: readers differ in where the next entry begins.
    if kind == .directory, block.type != UInt8(ascii: "5"), size != 0 {
      throw OCIError(
        .badArchive, "the archive is damaged: '\(path.prefix(200))' is a file by its type, and a folder by its name")
    }
    // Only files have content, whatever the field says: so do all readers see it.
    if kind != .file { size = 0 }
    guard let user = UInt32(exactly: try number("uid", block, .user)),
      let group = UInt32(exactly: try number("gid", block, .group)),
      size >= 0
    else {
      throw OCIError(.badArchive, "the archive is damaged: '\(path.prefix(200))' has an owner or size out of range")
    }
    var attributes: [String: [UInt8]] = [:]
    for (key, value) in pax.values where key.hasPrefix(PaxRecords.attributePrefix) {
      attributes[String(key.dropFirst(PaxRecords.attributePrefix.count))] = value
    }
    return TarEntry(
      path: path, kind: kind, mode: UInt16(truncatingIfNeeded: try number(block, .mode) & 0o7777), user: user,
      group: group, modified: try modified(block), size: size,
      extendedAttributes: attributes)
  }

  private static var sparse: OCIError {
    OCIError(.unsupported, "the archive has a sparse file, which is not supported; make it without 'tar --sparse'")
  }

  private static func name(_ block: TarBlock) -> [UInt8] {
    let prefix = block.hasPrefix ? block.text(.prefix) : []
    return prefix.isEmpty ? block.text(.name) : prefix + [0x2F] + block.text(.name)
  }

  private func number(_ key: String, _ block: TarBlock, _ field: TarBlock.Field) throws(OCIError) -> Int64 {
    if let number = try pax.number(key) { return number }
    return try number(block, field)
  }

  private func modified(_ block: TarBlock) throws(OCIError) -> Int64 {
    if let seconds = try pax.seconds("mtime") { return seconds }
    return try number(block, .modified)
  }

  private func number(_ block: TarBlock, _ field: TarBlock.Field) throws(OCIError) -> Int64 {
    guard let number = block.number(field) else {
      throw OCIError(.badArchive, "the archive is damaged: a header has a field that is no number")
    }
    return number
  }

  private func text(_ bytes: [UInt8]) throws(OCIError) -> String {
    guard bytes.count <= ArchivePolicy.maximumPath, !bytes.contains(0),
      let text = String(validating: bytes, as: UTF8.self)
    else {
      throw OCIError(
        .badArchive,
        "the archive has a name that is too long, or not in UTF-8: '\(String(decoding: bytes.prefix(100), as: UTF8.self))'"
      )
    }
    return text
  }

  private func kind(_ block: TarBlock, _ path: String, _ target: String) throws(OCIError) -> TarEntry.Kind {
    func device() throws(OCIError) -> (UInt32, UInt32) {
      guard let major = UInt32(exactly: try number(block, .deviceMajor)),
        let minor = UInt32(exactly: try number(block, .deviceMinor))
      else { throw OCIError(.badArchive, "the archive is damaged: a device has no number") }
      return (major, minor)
    }
    switch block.type {
    case 0, UInt8(ascii: "0"), UInt8(ascii: "7"): return path.utf8.last == UInt8(ascii: "/") ? .directory : .file
    case UInt8(ascii: "1"): return .hardLink(target: target)
    case UInt8(ascii: "2"): return .symbolicLink(target: target)
    case UInt8(ascii: "3"):
      let (major, minor) = try device()
      return .characterDevice(major: major, minor: minor)
    case UInt8(ascii: "4"):
      let (major, minor) = try device()
      return .blockDevice(major: major, minor: minor)
    case UInt8(ascii: "5"): return .directory
    case UInt8(ascii: "6"): return .pipe
    case UInt8(ascii: "S"): throw Self.sparse
    default:
      throw OCIError(.unsupported, "the archive has an entry of the unknown type \(block.type): '\(path.prefix(200))'")
    }
  }
}
