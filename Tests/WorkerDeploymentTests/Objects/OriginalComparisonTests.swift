import Foundation
import Kubernetes
import Testing

@testable import WorkerDeployment

/// What a user of the original scripts gets here, held against what those made.
@Suite struct OriginalComparisonTests {
  private func differences() throws -> [String] {
    let original = try Manifests.read(Recorded.text("original.yaml"))
    return ObjectFields.changes(
      from: ObjectFields.all(original), to: ObjectFields.all(try TestValues.objects(TestValues.least)))
  }

  @Test("Every difference to the original's objects is recorded")
  func recorded() throws {
    try Recorded.expect(differences().joined(separator: "\n") + "\n", in: "differences.txt")
  }

  @Test("Nothing of the original's is changed but the selector of a new deployment, and nothing else is missing")
  func kept() throws {
    let lost = try differences().filter { !$0.hasPrefix("+ ") }
    #expect(lost == ["- deployment/prover-cli-t .spec.selector.matchLabels.app: \"cli-3f2c1ab\""])
  }

  @Test("An original's deployment that is there keeps its selector")
  func adopted() throws {
    let live = try #require(try Manifests.read(Recorded.text("original.yaml")).last)
    let ours = try #require(try TestValues.objects(TestValues.least, adopted: live).last)
    let changes = ObjectFields.changes(from: ObjectFields.all([live]), to: ObjectFields.all([ours]))
    #expect(changes.allSatisfy { $0.hasPrefix("+ ") })
  }

  @Test("Every difference is argued in the document")
  func argued() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let document = try String(contentsOf: root.appendingPathComponent("docs/workers-objects.md"), encoding: .utf8)
    let rows = document.split(separator: "\n").filter { $0.hasPrefix("| `") }
      .compactMap { $0.split(separator: "`").dropFirst().first.map(String.init) }
    for difference in try differences() {
      let field = difference.dropFirst(2).prefix(while: { $0 != ":" })
      #expect(rows.contains { field.contains($0) }, "no row of docs/workers-objects.md speaks of \(field)")
    }
  }
}
