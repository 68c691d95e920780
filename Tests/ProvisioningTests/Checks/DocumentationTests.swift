import Foundation
import Testing

@testable import Provisioning

/// `docs/provisioning.md` says what the code does, no more and no less.
@Suite("The document about checks")
struct ChecksDocumentationTests {
  @Test("has a row for every check, in their order, as the code has it")
  func table() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(contentsOf: root.appendingPathComponent("docs/provisioning.md"), encoding: .utf8)
    let lines = text.split(separator: "\n").map(String.init)
    let head = try #require(lines.firstIndex(of: "| check | of | a problem | a warning |"))
    let rows = lines[(head + 2)...].prefix { $0.hasPrefix("|") }
    #expect(
      Array(rows)
        == CheckKind.allCases.map { "| `\($0.name)` | \($0.scope.rawValue) | \($0.problemText) | \($0.warningText) |" })
  }

  @Test("every word of a check is its own")
  func names() { #expect(Set(CheckKind.allCases.map(\.name)).count == CheckKind.allCases.count) }
}
