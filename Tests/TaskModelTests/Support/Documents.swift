import Foundation

/// The project's documents, as they are in this checkout.
enum Documents {
  /// This file is Tests/TaskModelTests/Support/Documents.swift.
  private static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    .deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  static func text(of name: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent("docs/\(name)"), encoding: .utf8)
  }

  /// Every test as `Suite.function` and `Target/Suite.function`, read from the sources: `Suite` is the name of the file.
  static func testFunctions() throws -> Set<String> {
    var tests: Set<String> = []
    let files = FileManager.default.enumerator(atPath: root.appendingPathComponent("Tests").path)
    while let path = files?.nextObject() as? String {
      guard path.hasSuffix("Tests.swift") else { continue }
      let suite = String(path.split(separator: "/").last?.dropLast(".swift".count) ?? "")
      let text = try String(contentsOf: root.appendingPathComponent("Tests/\(path)"), encoding: .utf8)
      for match in text.matches(of: /func ([A-Za-z0-9_]+)\(/) {
        tests.insert("\(suite).\(match.1)")
        tests.insert("\(path.prefix { $0 != "/" })/\(suite).\(match.1)")
      }
    }
    return tests
  }

  /// Whether the checkout has a file of that path.
  static func has(file path: String) -> Bool {
    FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path)
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
