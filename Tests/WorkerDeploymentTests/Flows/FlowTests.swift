import Testing

@Suite("Flows on a cluster in memory")
struct FlowTests {
  @Test("what users do comes out as planned", arguments: Scenario.all)
  func flow(scenario: Scenario) async throws {
    try await FlowServer.inMemory().space(isThere: scenario.isThere) { try await scenario.run($0) }
  }
}
