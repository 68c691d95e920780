import Foundation
import Kubernetes
import MusterCore
import Testing

@testable import WorkerDeployment

/// A server on which the flows are tried: in memory, or the real one that the environment names.
struct FlowServer: Sendable {
  static let kubeconfig = ProcessInfo.processInfo.environment["KUBERNETES_TEST_KUBECONFIG"]

  let transport: FaultyTransport
  /// For a client that acts as another user; nil: there are no users here.
  let configuration: ClientConfiguration?
  let fake: FakeCluster?

  static func inMemory() -> FlowServer {
    let cluster = FakeCluster()
    return FlowServer(transport: FaultyTransport(cluster), configuration: nil, fake: cluster)
  }

  static func real() throws -> FlowServer {
    let configuration = try ClientConfiguration.load(kubeconfig: kubeconfig)
    return FlowServer(
      transport: FaultyTransport(HTTPTransport(configuration)), configuration: configuration, fake: nil)
  }

  /// Errors go to the caller at once, so that a flow is cut where the test wants it.
  var client: KubernetesClient {
    KubernetesClient(
      transport: transport, behaviour: ClientBehaviour(requestsPerSecond: 0, retries: .never))
  }

  /// Does something in a namespace of its own, which goes afterwards.
  ///
  /// - Parameter isThere: false: it is only named.
  func space(isThere: Bool = true, _ body: (Flow) async throws -> Void) async throws {
    let name = "plan-\(UInt32.random(in: 0...UInt32.max))"
    let spaces = client.resources(DynamicObject.self, of: WorkerKinds.namespace)
    if isThere { try await spaces.create(DynamicObject(WorkerKinds.namespace, name: name)) }
    let flow = Flow(server: self, client: client, namespace: name)
    do {
      if isThere { try await flow.settle() }
      try await body(flow)
    } catch {
      transport.heal()
      transport.onWrite(nil)
      _ = try? await spaces.delete(name)
      throw error
    }
    _ = try? await spaces.delete(name)
  }
}
