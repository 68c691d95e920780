import Foundation
import Testing

@testable import WorkerDeployment

/// `docs/workers-values.md` says what the code does.
@Suite struct ValuesDocumentTests {
  private static func document() throws -> String {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { root.deleteLastPathComponent() }
    return try String(contentsOf: root.appendingPathComponent("docs/workers-values.md"), encoding: .utf8)
  }

  @Test("Every key has its row with its flag, and no row is of a key that does not exist")
  func rows() throws {
    let rows = try Self.document().split(separator: "\n").filter { $0.hasPrefix("| `") }.map(String.init)
    let described = Set(rows.filter { $0.split(separator: "|").count == 5 }.map { String($0.split(separator: "`")[1]) })
    let keys =
      ValueKey.allCases.map(\.rawValue) + ValueMap.allCases.map(\.rawValue) + ValueList.allCases.map(\.rawValue)
    let tableOfImages = described.filter { $0.contains("/") || $0.hasPrefix("registry.example") }
    #expect(described.subtracting(tableOfImages) == Set(keys))
    for key in ValueKey.allCases {
      #expect(rows.contains { $0.hasPrefix("| `\(key.rawValue)` | `--\(key.flag)` |") }, "\(key)")
    }
    for map in ValueMap.allCases {
      #expect(rows.contains { $0.hasPrefix("| `\(map.rawValue)` | `--\(map.flag) ") }, "\(map)")
    }
  }

  @Test("Every variable is named with its key")
  func variables() throws {
    let text = try Self.document()
    for key in ValueKey.allCases {
      if let variable = key.variable { #expect(text.contains("| `\(variable)` | `\(key.rawValue)` |"), "\(variable)") }
    }
  }

  @Test("Its example of a file can be used")
  func example() throws {
    let example = try Self.document().components(separatedBy: "```yaml\n").dropFirst().first?.components(
      separatedBy: "```"
    ).first
    let files = ["secrets/registry": "x", "secrets/token": "x", "muster.yaml": "kinds: {}"]
    #expect(try Wanted.resolve(["IMAGE_REPO": ""], file: example, files: files).values.stage == "v1")
  }
}
