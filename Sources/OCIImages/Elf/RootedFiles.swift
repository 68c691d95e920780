import Foundation

/// Files below a folder that stands for `/`: links in it lead within it.
struct RootedFiles: Sendable {
  /// Without `/` at its end; empty for the machine's own root.
  let root: String

  init(_ root: String) {
    self.root = root.hasSuffix("/") ? String(root.dropLast()) : root
  }

  /// Follows all links of an absolute path.
  ///
  /// - Returns: the path on this machine; nil if there is nothing, or the links lead round in a ring.
  func resolve(_ path: String) -> String? {
    var rest = Self.names(path)[...]
    var done: [String] = []
    var links = 0
    while let part = rest.popFirst() {
      if part == "." { continue }
      if part == ".." {
        _ = done.popLast()
        continue
      }
      let here = "\(root)/\((done + [part]).joined(separator: "/"))"
      var status = stat()
      guard lstat(here, &status) == 0 else { return nil }
      guard status.st_mode & S_IFMT == S_IFLNK else {
        done.append(part)
        continue
      }
      links += 1
      guard links <= 40, let target = try? FileManager.default.destinationOfSymbolicLink(atPath: here) else {
        return nil
      }
      if target.utf8.first == UInt8(ascii: "/") { done = [] }
      rest = (Self.names(target) + rest)[...]
    }
    return "\(root)/\(done.joined(separator: "/"))"
  }

  /// By bytes, as the kernel does: a `/` with an accent behind it, which Swift takes for another character, could hide a `..`.
  private static func names(_ path: String) -> [String] {
    path.utf8.split(separator: UInt8(ascii: "/")).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Lines of a text file; none if it cannot be read.
  func lines(_ path: String) -> [String] {
    guard let real = resolve(path), let file = try? OpenFile.reading(real),
      let bytes = try? FileSource(file).bytes(1 << 20)
    else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
  }

  /// Files of a folder whose names match a pattern with `*` and `?`, sorted.
  func matching(_ pattern: String) -> [String] {
    let folder = (pattern as NSString).deletingLastPathComponent
    let namePattern = (pattern as NSString).lastPathComponent
    guard let real = resolve(folder), let names = try? FileManager.default.contentsOfDirectory(atPath: real) else {
      return []
    }
    return names.filter { fnmatch(namePattern, $0, FNM_PERIOD) == 0 }.sorted().map { "\(folder)/\($0)" }
  }
}
