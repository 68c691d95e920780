/// A path in an archive or image, from its root, without a way out of it: `usr/bin/app`; the root itself is empty.
///
/// Two are the same if their bytes are, as for the kernel: text that merely looks alike (`é` in one or two characters of Unicode) names two files.
struct ArchivePath: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// UTF-8, with `/` between the names: one piece of memory, for archives have many paths.
  private let bytes: [UInt8]
  private static let slash = UInt8(ascii: "/")

  var description: String { String(decoding: bytes, as: UTF8.self) }
  var isRoot: Bool { bytes.isEmpty }
  /// Bytes.
  var length: Int { bytes.count }
  var depth: Int { Self.names(bytes).count }
  var components: [String] { Self.names(bytes).map { String(decoding: $0, as: UTF8.self) } }
  var name: String {
    String(decoding: bytes[(bytes.lastIndex(of: Self.slash).map { $0 + 1 } ?? 0)...], as: UTF8.self)
  }
  var parent: ArchivePath { ArchivePath(bytes: Array(bytes[..<(bytes.lastIndex(of: Self.slash) ?? 0)])) }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  /// A path as it stands in an archive; `./` in front and `/` at the end mean nothing.
  ///
  /// - Throws: ``OCIError`` (`bad_archive`): absolute, with `..`, too long or too deep.
  init(entry path: String) throws(OCIError) {
    guard path.utf8.first != Self.slash else { throw Self.refused(path, "is absolute") }
    try self.init(path)
  }

  /// A path in an image, with or without `/` in front.
  ///
  /// - Throws: ``OCIError`` (`bad_archive`): with `..`, too long or too deep.
  init(_ path: String) throws(OCIError) {
    guard !path.isEmpty, path.utf8.count <= ArchivePolicy.maximumPath, !path.utf8.contains(0) else {
      throw Self.refused(path, "is empty, or longer than \(ArchivePolicy.maximumPath) bytes")
    }
    let names = Self.names(Array(path.utf8))
    guard !names.contains(where: Self.isUp) else { throw Self.refused(path, "leads out of the archive by '..'") }
    guard names.allSatisfy({ $0.count <= 255 }) else { throw Self.refused(path, "has a name longer than 255 bytes") }
    guard names.count <= ArchivePolicy.maximumDepth else {
      throw Self.refused(path, "is deeper than \(ArchivePolicy.maximumDepth) folders")
    }
    bytes = Array(names.joined(separator: CollectionOfOne(Self.slash)))
  }

  /// By bytes: Swift takes a `/` with an accent behind it for another character, and the kernel does not.
  private static func names(_ path: [UInt8]) -> [ArraySlice<UInt8>] {
    path.split(separator: slash).filter { !$0.elementsEqual(".".utf8) }
  }

  private static func isUp(_ name: ArraySlice<UInt8>) -> Bool { name.elementsEqual("..".utf8) }

  private static func refused(_ path: String, _ why: String) -> OCIError {
    OCIError(.badArchive, "the path '\(path.prefix(200))' \(why)", details: ["path": String(path.prefix(1000))])
  }

  func appending(_ name: String) -> ArchivePath {
    ArchivePath(bytes: isRoot ? Array(name.utf8) : bytes + [Self.slash] + name.utf8)
  }

  /// Where a symbolic link at this path leads, by its text alone; nil if that is outside, or cannot be told from the text.
  ///
  /// - Parameter absolute: whether `/` in front means the root of the archive; if not, such a link leads outside.
  func resolving(link target: String, absolute: Bool) -> ArchivePath? {
    var result = Self.names(parent.bytes)
    if target.utf8.first == Self.slash {
      guard absolute else { return nil }
      result = []
    }
    var hasName = false
    for name in Self.names(Array(target.utf8)) {
      guard Self.isUp(name) else {
        result.append(name)
        hasName = true
        continue
      }
      // What is named may be a link itself, now or later, and `..` behind it leads above where that leads.
      guard absolute || !hasName else { return nil }
      // As in the kernel, the root's parent is the root, for who lives in it.
      guard result.popLast() != nil || absolute else { return nil }
    }
    return ArchivePath(bytes: Array(result.joined(separator: CollectionOfOne(Self.slash))))
  }

  /// Parents come before what is in them, and whiteouts before their siblings; by bytes, so that no language changes the order.
  static func < (a: ArchivePath, b: ArchivePath) -> Bool {
    names(a.bytes).lexicographicallyPrecedes(names(b.bytes)) { left, right in
      let (first, second) = (LayerPlan.isWhiteout(left), LayerPlan.isWhiteout(right))
      return first == second ? left.lexicographicallyPrecedes(right) : first
    }
  }
}
