/// A path in an archive or image, from its root, without a way out of it: `usr/bin/app`; the root itself is empty.
struct ArchivePath: Sendable, Hashable, Comparable, CustomStringConvertible {
  let components: [String]

  var description: String { components.joined(separator: "/") }
  var isRoot: Bool { components.isEmpty }
  var name: String { components.last ?? "" }
  var parent: ArchivePath { ArchivePath(components: components.dropLast()) }

  private init(components: some Collection<String>) { self.components = Array(components) }

  /// A path as it stands in an archive; `./` in front and `/` at the end mean nothing.
  ///
  /// - Throws: ``OCIError`` (`bad_archive`): absolute, with `..`, or too long.
  init(entry path: String) throws(OCIError) {
    guard !path.hasPrefix("/") else { throw Self.refused(path, "is absolute") }
    try self.init(path)
  }

  /// A path in an image, with or without `/` in front.
  ///
  /// - Throws: ``OCIError`` (`bad_archive`): with `..`, or too long.
  init(_ path: String) throws(OCIError) {
    guard !path.isEmpty, path.utf8.count <= ArchivePolicy.maximumPath, !path.utf8.contains(0) else {
      throw Self.refused(path, "is empty, or longer than \(ArchivePolicy.maximumPath) bytes")
    }
    var components: [String] = []
    for part in path.split(separator: "/") where part != "." {
      guard part != ".." else { throw Self.refused(path, "leads out of the archive by '..'") }
      guard part.utf8.count <= 255 else { throw Self.refused(path, "has a name longer than 255 bytes") }
      components.append(String(part))
    }
    self.components = components
  }

  private static func refused(_ path: String, _ why: String) -> OCIError {
    OCIError(.badArchive, "the path '\(path.prefix(200))' \(why)", details: ["path": String(path.prefix(1000))])
  }

  func appending(_ name: String) -> ArchivePath { ArchivePath(components: components + [name]) }

  /// Where a symbolic link at this path leads, by its text alone; nil if that is outside.
  ///
  /// - Parameter absolute: whether `/` in front means the root of the archive; if not, such a link leads outside.
  func resolving(link target: String, absolute: Bool) -> ArchivePath? {
    var result = Array(components.dropLast())
    if target.hasPrefix("/") {
      guard absolute else { return nil }
      result = []
    }
    for part in target.split(separator: "/") where part != "." {
      if part == ".." {
        if result.popLast() == nil {
          // As in the kernel, the root's parent is the root, for who lives in it.
          guard absolute else { return nil }
        }
      } else {
        result.append(String(part))
      }
    }
    return ArchivePath(components: result)
  }

  /// Parents come before what is in them, and whiteouts before their siblings; by bytes, so that no language changes the order.
  static func < (a: ArchivePath, b: ArchivePath) -> Bool {
    a.components.lexicographicallyPrecedes(b.components) { left, right in
      let (first, second) = (left.hasPrefix(LayerPlan.whiteout), right.hasPrefix(LayerPlan.whiteout))
      return first == second ? left.utf8.lexicographicallyPrecedes(right.utf8) : first
    }
  }
}
