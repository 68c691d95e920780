import Foundation
import Testing

@testable import Settings

/// `docs/configuration.md` says what the code does, no more and no less.
@Suite struct DocumentationTests {
  private static let tables = [
    Schema.top, Schema.listener, Schema.limits, Schema.kind, Schema.backoff, Schema.originalCoordinator,
    Schema.originalCircuit,
    Schema.originalClient, Schema.originalClientCircuit,
  ]

  @Test func everyKeyHasItsRow() throws {
    let lines = Set(try Repository.text("docs/configuration.md").split(separator: "\n").map(String.init))
    let missing = Self.tables.joined().map(\.documentationRow).filter { !lines.contains($0) }
    #expect(missing.isEmpty, "rows to add:\n\(missing.joined(separator: "\n"))")
  }

  @Test func noRowIsOfAKeyThatIsNoMore() throws {
    let known = Set(Self.tables.joined().map(\.documentationRow))
    let rows = try Repository.text("docs/configuration.md").split(separator: "\n").map(String.init)
      .filter { $0.hasPrefix("| `") && $0.split(separator: "|").count == 4 }
    #expect(rows.filter { !known.contains($0) } == [])
  }

  @Test func everyVariableIsNamed() throws {
    let text = try Repository.text("docs/configuration.md")
    let names =
      Schema.top.filter(\.isLayered).map(\.environment) + UnknownVariables.others
      + OriginalCoordinatorFile.consenting + ["COORDINATOR_CONFIG", "CLIENT_CONFIG", "DATABASE_URL", "RUST_LOG"]
    #expect(names.filter { !text.contains("`\($0)`") } == [])
  }

  @Test func placeholdersAreNamed() throws {
    let text = try Repository.text("docs/configuration.md")
    let names = PlaceholderCheck.ofExecutor.union(PlaceholderCheck.ofVerifier).union(["vk"])
    #expect(names.filter { !text.contains("`{\($0)}`") } == [])
  }

  @Test func itsExamplesAreValid() throws {
    let blocks = try Repository.text("docs/configuration.md").components(separatedBy: "```yaml").dropFirst()
    #expect(blocks.count >= 4)
    for block in blocks {
      let text = block.components(separatedBy: "```").first ?? ""
      let name = text.prefix { $0 != "\n" }.trimmingCharacters(in: .whitespaces)
      let body = String(text.drop { $0 != "\n" })
      try SettingsFolder.with([name.isEmpty ? "muster.yaml" : name: body]) { folder in
        switch name {
        case "coordinator.yaml":
          try folder.write("muster.yaml", "store: sqlite:x\nkinds: {block: {verifier: none}}")
          _ = try CoordinatorSettings.load(folder.input(config: name))
        case "client.yaml":
          try folder.write("muster.yaml", OriginalClientTests.own)
          _ = try WorkerSettings.load(folder.input(client: name))
        default: _ = try UpSettings.load(folder.input())
        }
      }
    }
  }

  @Test(arguments: ["factor", "zk-proofs"]) func theExamplesOfTheRepositoryAreValid(name: String) throws {
    for file in ["muster.yaml", "cheat.yaml"] {
      let yaml = try Repository.text("examples/\(name)/\(file)")
      #expect(try problems(yaml) == [], "\(name)/\(file)")
    }
  }
}
