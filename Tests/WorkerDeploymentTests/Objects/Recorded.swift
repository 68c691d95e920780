import Foundation
import Testing

/// Texts that were looked at once and stand beside the tests. `RECORD=1` writes them anew.
enum Recorded {
  private static let isWriting = ProcessInfo.processInfo.environment["RECORD"] == "1"

  private static func url(_ name: String) -> URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Recorded/\(name)")
  }

  static func text(_ name: String) throws -> String { try String(contentsOf: url(name), encoding: .utf8) }

  static func expect(_ text: String, in name: String, _ location: SourceLocation = #_sourceLocation) throws {
    if isWriting { try text.write(to: url(name), atomically: true, encoding: .utf8) }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let recorded = try Self.text(name).split(separator: "\n", omittingEmptySubsequences: false)
    for change in lines.difference(from: recorded).prefix(20) {
      switch change {
      case .insert(let line, let text, _):
        Issue.record("line \(line + 1) is new: \(text)", sourceLocation: location)
      case .remove(let line, let text, _):
        Issue.record("line \(line + 1) of \(name) is gone: \(text)", sourceLocation: location)
      }
    }
  }
}
