import Testing

@testable import WorkerDeployment

@Suite struct CoordinatorEndpointTests {
  @Test(
    "An endpoint prints as it is written, IPv6 in brackets",
    arguments: [
      (CoordinatorEndpoint(host: .address("10.0.0.7")), "10.0.0.7:50055"),
      (CoordinatorEndpoint(host: .address("fd00::7"), port: 80), "[fd00::7]:80"),
      (CoordinatorEndpoint(host: .name("coordinator.example"), port: 1), "coordinator.example:1"),
    ])
  func printing(endpoint: CoordinatorEndpoint, text: String) { #expect(endpoint.description == text) }
}
