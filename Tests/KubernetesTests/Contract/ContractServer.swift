import Foundation
import Testing

@testable import Kubernetes

/// A server that the contract is checked against: the fake always, a real one where the environment names its kubeconfig
/// (`Tests/Kubernetes/run` does).
enum ContractServer: String, CaseIterable, CustomTestStringConvertible {
  case fake, real

  static let kubeconfig = ProcessInfo.processInfo.environment["KUBERNETES_TEST_KUBECONFIG"]

  static var available: [ContractServer] { kubeconfig == nil ? [.fake] : allCases }

  var testDescription: String { rawValue }

  /// Runs a test in a namespace of its own, which goes afterwards.
  func run(_ body: (Contract) async throws -> Void) async throws {
    let transport: any APITransport
    var fake: FakeCluster?
    switch self {
    case .fake:
      let cluster = FakeCluster()
      fake = cluster
      transport = cluster
    case .real:
      let configuration = try ClientConfiguration.load(kubeconfig: Self.kubeconfig)
      transport = HTTPTransport(configuration)
    }
    try await Self.inNamespace(of: transport, prefix: "contract", fake: fake, body)
  }

  /// Makes a namespace, runs a test in it, and deletes it.
  static func inNamespace(
    of transport: any APITransport, prefix: String, fake: FakeCluster? = nil, _ body: (Contract) async throws -> Void
  ) async throws {
    let name = "\(prefix)-\(UInt32.random(in: 0...UInt32.max))"
    var contract = Contract(transport: transport, namespace: name, fake: fake)
    if fake == nil {
      contract.minor = Int(try await contract.client.serverVersion().minor.prefix { $0.isNumber }) ?? 20
    }
    let made = try await contract.send(
      .post, "/api/v1/namespaces", body: ["metadata": ["name": .string(name)], "kind": "Namespace"])
    try #require(made.status == 201, "\(made.body)")
    do {
      try await body(contract)
    } catch {
      _ = try? await contract.send(.delete, "/api/v1/namespaces/\(name)")
      throw error
    }
    _ = try await contract.send(.delete, "/api/v1/namespaces/\(name)")
  }
}
