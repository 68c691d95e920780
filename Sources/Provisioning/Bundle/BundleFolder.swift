import Foundation

/// Lists the files of a bundle, and refuses what leads out of it.
struct BundleFolder {
  static let mostEntries = 20_000
  static let deepest = 6

  let root: String
  private(set) var entries: [BundleEntry] = []
  private(set) var problems: [String] = []
  private var count = 0

  /// - Throws: ``ProvisioningError`` (`badBundle`) if there is no such folder.
  init(_ folder: String) throws(ProvisioningError) {
    guard let root = Self.real(folder), Self.status(root)?.isFolder == true else {
      throw ProvisioningError(
        .badBundle,
        "there is no folder of artifacts at '\(folder)'; fill shared/bin as docs/provisioning.md says, or name another "
          + "folder with --bundle")
    }
    self.root = root
    list("", depth: 0)
  }

  private mutating func list(_ folder: String, depth: Int) {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? root : "\(root)/\(folder)")
    } catch {
      problems.append("the folder '\(folder)' of the bundle cannot be read; give yourself the right to")
      return
    }
    for name in names.sorted() where !name.hasPrefix(".") {
      count += 1
      guard count <= Self.mostEntries else {
        if count == Self.mostEntries + 1 {
          problems.append(
            "the bundle has more than \(Self.mostEntries) files; name the folder that has only the artifacts")
        }
        return
      }
      add(folder.isEmpty ? name : "\(folder)/\(name)", depth)
    }
  }

  private mutating func add(_ path: String, _ depth: Int) {
    guard Self.isPlain(path) else {
      problems.append(
        "'\(path.debugDescription.dropFirst().dropLast().prefix(200))' has a blank or another odd character in its name; rename it with "
          + "letters, digits and . _ + ~ - only")
      return
    }
    let place = "\(root)/\(path)"
    guard let status = Self.status(place) else { return }
    switch status.kind {
    case .folder where depth < Self.deepest: list(path, depth: depth + 1)
    case .folder: problems.append("'\(path)' lies too deep in the bundle; move it up")
    case .file: entries.append(BundleEntry(path: path, place: place, stamp: status.stamp))
    case .link: follow(path, place)
    case .other: problems.append("'\(path)' is neither a file nor a folder; take it out of the bundle")
    }
  }

  private mutating func follow(_ path: String, _ link: String) {
    guard let place = Self.real(link), let status = Self.status(place) else {
      problems.append("'\(path)' is a link that leads nowhere; put the file itself in its place")
      return
    }
    guard place.hasPrefix(root + "/") else {
      problems.append("'\(path)' is a link out of the bundle, to '\(place)'; put the file itself in its place")
      return
    }
    guard status.kind == .file else {
      problems.append("'\(path)' is a link to something that is no file; put the file itself in its place")
      return
    }
    entries.append(BundleEntry(path: path, place: place, stamp: status.stamp))
  }

  private struct Status {
    enum Kind { case file, folder, link, other }
    var kind: Kind
    var stamp: FileStamp
    var isFolder: Bool { kind == .folder }
  }

  private static func status(_ path: String) -> Status? {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    let kind: Status.Kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      case S_IFLNK: .link
      default: .other
      }
    return Status(kind: kind, stamp: FileStamp(status))
  }

  private static func real(_ path: String) -> String? {
    guard let buffer = realpath(path, nil) else { return nil }
    defer { free(buffer) }
    return String(cString: buffer)
  }

  /// Names go into scripts, and none may mean anything there.
  static func isPlain(_ path: String) -> Bool {
    path.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || "._+~%@,=-/".utf8.contains(byte)
    } && !path.split(separator: "/").contains { $0.hasPrefix("-") || $0 == ".." }
  }
}
