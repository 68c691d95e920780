import Foundation
import Kubernetes
import Testing

@testable import WorkerDeployment

/// The plans of all variables on an empty cluster, looked at once, and held against what the original's templates would give.
@Suite struct RecordedPlansTests {
  /// Fields that the original's objects have and ours have not, or have otherwise.
  private func lost(_ row: VariablePlan) throws -> [String] {
    ObjectFields.changes(from: ObjectFields.all(try row.original()), to: ObjectFields.all(try row.objects()))
      .filter { !$0.hasPrefix("+ ") }
  }

  @Test("Each variable changes the plan as it was recorded, and against the original's templates as it was recorded")
  func recorded() throws {
    let standard = try VariablePlan([:]).lines()
    let usual = Set(try lost(VariablePlan([:])))
    var text = ""
    for row in VariablePlan.all {
      text += "\(row.testDescription)\n"
      let lines = ObjectFields.changes(from: row.environment.isEmpty ? [:] : standard, to: try row.lines())
      // Whole, the plan without any stands in least.yaml.
      for line in lines
      where !row.environment.isEmpty || ["+ action", "+ order", "+ remark"].contains(where: line.hasPrefix) {
        text += "  \(line)\n"
      }
      for line in try lost(row) where row.environment.isEmpty || !usual.contains(line) {
        text += "  the original: \(line)\n"
      }
    }
    #expect(!text.contains(TestValues.password) && !text.contains(TestValues.token))
    try Recorded.expect(text, in: "plans.txt")
  }

  @Test(
    "A difference to the original's templates that a variable makes is argued in the document",
    arguments: VariablePlan.all)
  func argued(row: VariablePlan) throws {
    let selector = ".spec.selector.matchLabels.app"
    let rest = try lost(row).filter { !$0.contains(selector) }
    guard !rest.isEmpty else { return }
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let document = try String(contentsOf: root.appendingPathComponent("docs/workers-objects.md"), encoding: .utf8)
    let rows = document.split(separator: "\n").filter { $0.hasPrefix("| ") }
    let names = row.environment.keys.sorted().map { "`\($0)`" }
    #expect(rows.contains { line in names.contains { line.hasPrefix("| \($0)") } }, "\(rest)")
  }

  @Test("The rows have every variable of the values") func complete() {
    let named = Set(VariablePlan.all.flatMap(\.environment.keys))
    #expect(Set(ValueKey.allCases.compactMap(\.variable)).subtracting(named) == [])
    #expect(named.contains("IMAGE_AUTH_PASSWORD"))
  }
}
