import Foundation
import MusterCore
import Testing
import WorkerDeployment

@testable import MusterCommands

/// The flags of `muster workers`, up to the values that they make.
@Suite struct WorkersOptionsTests {
  private func resolve(_ arguments: [String], environment: [String: String] = [:]) async throws -> ResolvedWorkers {
    let options = try WorkersValueOptions.parse(arguments)
    return try await CommandContext.$current.withValue(CommandContext(environment: environment)) {
      try await options.resolve()
    }
  }

  @Test("Every flag that the document has for a key is one")
  func documentedFlags() throws {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { root.deleteLastPathComponent() }
    let text = try String(contentsOf: root.appendingPathComponent("docs/workers-values.md"), encoding: .utf8)
    let flags = text.split(separator: "\n").filter { $0.hasPrefix("| `") }.compactMap { row in
      row.split(separator: "`").first { $0.hasPrefix("--") }?.split(separator: " ").first.map(String.init)
    }
    let help = WorkersValueOptions.helpMessage(columns: 200)
    #expect(flags.count > 30)
    #expect(flags.filter { !help.contains("\($0) <") } == [])
  }

  @Test("Flags become values, beside variables and the file that is named")
  func values() async throws {
    try await withFolder { folder in
      try write("circuit: of-file\nplacement: spread\njoinTokenFile: token\n", to: "\(folder)/w.yaml")
      try write("mst_x\n", to: "\(folder)/token")
      let resolved = try await resolve(
        [
          "--values", "\(folder)/w.yaml", "--stage", "v1", "--replicas", "50", "--coordinator", "10.0.0.7:1",
          "--image-repo", "registry.example/a", "--affinity", "preferred", "--request", "cpu=2", "--request",
          "memory=1Gi", "--env", "A=b=c", "--label", "x.example/y=z", "--grace", "1m", "--protocol", "muster",
        ], environment: ["CLUSTER_NS": "provers", "CLIENT_REPLICAS": "3", "CIRCUIT": ""])
      let values = resolved.values
      #expect(values.replicas == 50)
      #expect(values.namespace == "provers")
      #expect(values.circuit == "of-file")
      #expect(values.placement == .spread)
      #expect(values.affinity == .preferred)
      #expect(values.endpoint?.description == "10.0.0.7:1")
      #expect(values.requests.keys.sorted() == ["cpu", "memory"])
      #expect(values.environment == ["A": "b=c"])
      #expect(values.labels == ["x.example/y": "z"])
      #expect(values.grace == .seconds(60))
      #expect(values.joinToken?.reveal() == "mst_x")
    }
  }

  @Test("A values file that is named and not there is said, and a pair that is none")
  func bad() async throws {
    let missing = await #expect(throws: WorkerDeploymentError.self) {
      try await resolve(["--values", "/nonexistent/w.yaml"])
    }
    #expect(missing?.message == "the values file '/nonexistent/w.yaml' cannot be read: there is no such file")
    let pair = await #expect(throws: CommandError.self) { try await resolve(["--env", "A"]) }
    #expect(pair?.message == "--env is 'A'; write NAME=VALUE")
  }
}
