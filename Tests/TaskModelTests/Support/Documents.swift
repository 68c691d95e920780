import Foundation

/// The project's documents, as they are in this checkout.
enum Documents {
  static func text(of name: String, file: String = #filePath) throws -> String {
    // This file is Tests/TaskModelTests/Support/Documents.swift.
    let root = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return try String(contentsOf: root.appendingPathComponent("docs/\(name)"), encoding: .utf8)
  }

  /// The rows of the first table under a heading: trimmed cells, without the line of dashes.
  static func table(under heading: String, in text: String) -> [[String]] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let start = lines.firstIndex(where: { $0.hasPrefix("#") && $0.hasSuffix(" \(heading)") }) else { return [] }
    let rows = lines[(start + 1)...].drop { !$0.hasPrefix("|") }.prefix { $0.hasPrefix("|") }
    return rows.map { row in
      row.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
    }.filter { row in !row.allSatisfy { $0.allSatisfy { "-:".contains($0) } } }
  }
}
