/// Reads `.env` in the working directory, as the original programs do at their start.
///
/// Only their own variables are taken, since the file may belong to another program: DATABASE_URL, RUST_LOG and what
/// begins with COORDINATOR_ or CLIENT_. The real environment comes first.
struct EnvironmentFile: Sendable {
  static let name = ".env"
  /// Absolute.
  var path: String
  private(set) var values: [String: String] = [:]

  static func parse(_ text: String, path: String) -> EnvironmentFile {
    var file = EnvironmentFile(path: path)
    for line in text.split(whereSeparator: \.isNewline) {
      var line = trimmed(line)
      if line.hasPrefix("export ") { line = trimmed(line.dropFirst(7)) }
      guard !line.hasPrefix("#"), let equals = line.firstIndex(of: "=") else { continue }
      let name = String(trimmed(line[..<equals]))
      guard isTaken(name) else { continue }
      // As in the original's library, the first line of a name counts.
      if file.values[name] == nil { file.values[name] = value(trimmed(line[line.index(after: equals)...])) }
    }
    return file
  }

  /// `environment`, with what it lacks added; and for each added name the place.
  func completing(_ environment: [String: String]) -> [String: String] {
    environment.merging(values) { real, file in real.isEmpty ? file : real }
  }

  static func isTaken(_ name: String) -> Bool {
    name == "DATABASE_URL" || name == "RUST_LOG" || name.hasPrefix("COORDINATOR_") || name.hasPrefix("CLIENT_")
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop { $0 == " " || $0 == "\t" }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return text
  }

  /// Without its quotes, or without a comment.
  private static func value(_ text: Substring) -> String {
    if let quote = text.first, quote == "\"" || quote == "'" {
      let inside = text.dropFirst()
      guard let end = inside.firstIndex(of: quote) else { return String(text) }
      return String(inside[..<end])
    }
    guard let comment = text.firstRange(of: " #") else { return String(text) }
    return String(trimmed(text[..<comment.lowerBound]))
  }
}
