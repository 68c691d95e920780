/// Judges the entries of an archive in their order: refuses what only an attacker writes.
///
/// Refused are: paths that are absolute or go up; links that lead out; hard links to what did not come before as a file; a second entry
/// of the same path, unless both are folders; an entry below what is no folder, so that a link cannot be written through; devices.
struct ArchivePolicy {
  /// Bytes; what Linux takes.
  static let maximumPath = 4095
  /// Names in a path: nobody nests deeper, and each folder above an entry is remembered.
  static let maximumDepth = 256

  /// What the archive is for.
  enum Use: Sendable {
    /// Unpacked into some folder, or files taken out of it: links stay within.
    case folder
    /// The root of a container: links are its own affair, for they are only followed inside of it.
    case layer
  }

  private enum Seen { case directory, file, other }
  private let use: Use
  private let allowsDevices: Bool
  private let limits: ArchiveLimits
  private var seen: [ArchivePath: Seen] = [:]
  /// Bytes of all paths that were seen, also of folders that have no entry.
  private var length = 0

  /// - Parameters:
  ///   - allowsDevices: also character and block devices and pipes.
  ///   - limits: folders count as entries also when they have none; paths may have ``ArchiveLimits/pathSize`` bytes an entry on average.
  init(_ use: Use, allowsDevices: Bool = false, limits: ArchiveLimits = ArchiveLimits()) {
    self.use = use
    self.limits = limits
    self.allowsDevices = allowsDevices
  }

  /// - Returns: the path, checked.
  /// - Throws: ``OCIError`` (`bad_archive`) with the path and the reason.
  mutating func admit(_ entry: TarEntry) throws(OCIError) -> ArchivePath {
    let path = try ArchivePath(entry: entry.path)
    if path.isRoot, entry.kind != .directory { throw refused(entry, "the root of an archive is a folder") }
    try checkParents(path, entry)
    var kind = Seen.other
    switch entry.kind {
    case .directory: kind = .directory
    case .file: kind = .file
    case .symbolicLink(let target):
      guard !target.isEmpty, path.resolving(link: target, absolute: use == .layer) != nil else {
        throw refused(entry, "it is a link out of the archive, to '\(target.prefix(200))'")
      }
    case .hardLink(let target):
      // Tar writes the target as a path from the root of the archive.
      guard try seen[ArchivePath(entry: target)] == .file else {
        throw refused(entry, "it is a hard link to '\(target.prefix(200))', which is no file that came before")
      }
      kind = .file
    case .characterDevice, .blockDevice, .pipe:
      guard allowsDevices else { throw refused(entry, "devices and pipes are not taken") }
    }
    if let before = seen[path], !(before == .directory && kind == .directory) {
      throw refused(entry, "the archive has it twice")
    }
    try see(path, kind)
    return path
  }

  private mutating func see(_ path: ArchivePath, _ kind: Seen) throws(OCIError) {
    if seen.updateValue(kind, forKey: path) == nil { length += path.length }
    guard seen.count <= limits.entries, length / ArchiveLimits.pathSize <= limits.entries else {
      throw OCIError(
        .badArchive, "the archive has more than \(limits.entries) files and folders, or very long paths; it is refused")
    }
  }

  private mutating func checkParents(_ path: ArchivePath, _ entry: TarEntry) throws(OCIError) {
    var parent = path
    while !parent.isRoot {
      parent = parent.parent
      if let kind = seen[parent] {
        guard kind == .directory else { throw refused(entry, "'\(parent)' above it is no folder") }
        // Its own parents were looked at when it came.
        return
      }
      // Whoever unpacks makes it: nothing else may take its place later.
      try see(parent, .directory)
    }
  }

  private func refused(_ entry: TarEntry, _ why: String) -> OCIError {
    OCIError(
      .badArchive, "'\(entry.path.prefix(200))' of the archive is refused: \(why)",
      details: ["path": String(entry.path.prefix(1000))])
  }
}
