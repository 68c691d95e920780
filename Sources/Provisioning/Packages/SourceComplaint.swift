import Foundation

/// What a complaint of apt or dnf about a source means, as the end of a sentence.
enum SourceComplaint {
  /// Why sources do not have what is needed; nil: nothing was complained of.
  ///
  /// - Parameter lines: an outsider's words.
  static func why(_ lines: [String]) -> String? {
    for meaning in meanings {
      for line in lines {
        if let why = meaning(line) { return why }
      }
    }
    return lines.first.map { "the package manager says '\($0.prefix(200))'" }
  }

  /// The more telling first: one source that is not signed is told of before another that is only not there.
  private static let meanings: [@Sendable (String) -> String?] = [
    { line in
      guard let key = word(after: "NO_PUBKEY ", line) else { return nil }
      return "\(source(line)) is signed with the key \(key), which the machine does not know"
    },
    { line in
      ["BADSIG", "signatures were invalid", "EXPKEYSIG", "REVKEYSIG"].contains { line.contains($0) }
        ? "the signature of \(source(line)) is wrong, or made with a key that does not count any more" : nil
    },
    { line in
      line.contains("is not signed") ? "\(source(line)) is not signed, so nothing of it can be trusted" : nil
    },
    { line in
      guard line.contains("Release file") || line.contains("is not valid yet") || line.contains("expired") else {
        return nil
      }
      if line.contains("is not valid yet") || line.contains("expired") {
        return "the lists of \(source(line)) are not valid at the machine's time; see its clock"
      }
      return line.contains("does not have a Release") || line.contains("no longer has a Release")
        ? "there is no source of packages at \(source(line))" : nil
    },
    { line in
      line.contains("Hash Sum mismatch") || line.contains("unexpected size") || line.contains("Clearsigned file")
        ? "\(source(line)) gives something else than its own list says" : nil
    },
    { line in
      line.contains("ertificate") ? "the certificate of \(source(line)) cannot be verified" : nil
    },
    { line in
      guard
        line.contains("Could not resolve") || line.contains("emporary failure resolving")
          || line.contains("resolve host")
      else { return nil }
      let host = word(after: "resolve host: ", line) ?? between("'", "'", line) ?? source(line)
      return "the name \(host) cannot be resolved"
    },
    { line in
      line.contains("no enabled repositories") ? "it has none" : nil
    },
    { line in
      line.contains("onnection refused") || line.contains("Couldn't connect to server")
        ? "\(source(line)) refuses the connection" : nil
    },
    { line in
      ["timed out", "Could not connect", "Cannot initiate", "nable to connect", "No route to host", "unreachable"]
        .contains { line.contains($0) } ? "\(source(line)) does not answer" : nil
    },
    { line in
      line.contains("404") || line.contains("Status code: 4") || line.contains("File not found")
        || line.contains("Couldn't read a file")
        ? "there is nothing at \(source(line))" : nil
    },
    { line in
      line.contains("Malformed") || line.contains("is not known on line") || line.contains("sources could not be read")
        ? "its list of sources cannot be read ('\(line.prefix(160))')" : nil
    },
    { line in
      guard line.contains(" : Depends: ") || line.contains("nothing provides") else { return nil }
      return "what it needs itself cannot be had ('\(line.prefix(160))')"
    },
    { line in
      line.contains("space") && line.contains("enough") ? "there is not enough room ('\(line.prefix(160))')" : nil
    },
    { line in
      [
        "Unable to locate package", "no installation candidate", "Unable to find a match", "No match for",
        "No package ",
      ]
      .contains { line.contains($0) } ? "the sources answer and do not have it" : nil
    },
  ]

  /// The URL in a line, or its host.
  private static func source(_ line: String) -> String {
    for word in line.split(whereSeparator: { " '\"()[],".contains($0) })
    where word.hasPrefix("http://") || word.hasPrefix("https://") || word.hasPrefix("file:") {
      return String(word.prefix(160))
    }
    return word(after: "connect to ", line) ?? word(after: "connection to ", line) ?? "a source of packages"
  }

  private static func word(after mark: String, _ line: String) -> String? {
    guard let range = line.range(of: mark) else { return nil }
    let word = line[range.upperBound...].prefix { !" ,;()[]'".contains($0) }
    return word.isEmpty ? nil : String(word.prefix(160))
  }

  private static func between(_ open: Character, _ close: Character, _ line: String) -> String? {
    guard let start = line.firstIndex(of: open) else { return nil }
    let rest = line[line.index(after: start)...]
    guard let end = rest.firstIndex(of: close), end > rest.startIndex else { return nil }
    return String(rest[..<end].prefix(160))
  }
}
