import Testing

@Suite("Flows on a real server", .enabled(if: FlowServer.kubeconfig != nil))
struct FlowRealServerTests {
  @Test("what users do comes out as planned", arguments: Scenario.all)
  func flow(scenario: Scenario) async throws {
    try await FlowServer.real().space(isThere: scenario.isThere) { try await scenario.run($0) }
  }
}
