/// Reads what `sha256sum` writes: a digest, two characters, a file's name.
enum ChecksumList {
  /// The largest list that is read, in bytes.
  static let largest = 4 << 20

  /// Names and digests.
  ///
  /// - Returns: nil and the number of the line that is none, from 1.
  static func read(_ text: String) -> (entries: [String: String], wrongLine: Int?) {
    var entries: [String: String] = [:]
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      if line.isEmpty || line.hasPrefix("#") { continue }
      let digest = line.prefix(64)
      let rest = line.dropFirst(64)
      guard digest.utf8.count == 64, digest.allSatisfy({ $0.isASCII && $0.isHexDigit }),
        rest.hasPrefix("  ") || rest.hasPrefix(" *"), rest.count > 2
      else { return (entries, index + 1) }
      var name = rest.dropFirst(2)
      if name.hasPrefix("./") { name = name.dropFirst(2) }
      entries[String(name)] = digest.lowercased()
    }
    return (entries, nil)
  }
}
