import Foundation
import Kubernetes
import Testing

@testable import WorkerDeployment

/// `docs/workers-rights.md` says what the code asks for.
@Suite struct RightsDocumentTests {
  private static let header = "| right | deploy | status | scale | endpoint | logs | restart | teardown |"
  private static let order: [WorkersCommand] = [.deploy, .status, .scale, .endpoint, .logs, .restart, .teardown]

  /// A row for each kind, with or without a name, of the Roles for a server of today.
  private static var rows: [String] {
    var verbs: [String: [WorkersCommand: [String]]] = [:]
    for command in order {
      for rule in WorkersRights.role("r", for: [command], in: "NAMESPACE", TestValues.new).rules ?? [] {
        let group = rule.apiGroups?.first ?? ""
        let resource = (rule.resources?.first ?? "").split(separator: "/", maxSplits: 1).map(String.init)
        var kind = resource[0] + (group.isEmpty ? "" : ".\(group)")
        if resource.count > 1 { kind += "/\(resource[1])" }
        for name in rule.resourceNames ?? [""] {
          verbs["`\(kind)`" + (name.isEmpty ? "" : " `\(name)`"), default: [:]][command, default: []] += rule.verbs
        }
      }
    }
    return verbs.sorted { $0.key < $1.key }.map { subject, its in
      "| \(subject) | " + order.map { (its[$0] ?? []).joined(separator: " ") }.joined(separator: " | ") + " |"
    }
  }

  @Test("Its table has each right of each command, and no other")
  func table() throws {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { root.deleteLastPathComponent() }
    let lines = try String(contentsOf: root.appending(path: "docs/workers-rights.md"), encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let start = try #require(lines.firstIndex(of: Self.header))
    let table = lines[(start + 2)...].prefix { $0.hasPrefix("|") }
    #expect(Array(table) == Self.rows, "\(Self.rows.joined(separator: "\n"))")
  }
}
