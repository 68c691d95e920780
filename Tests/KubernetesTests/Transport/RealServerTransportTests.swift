import Foundation
import MusterCore
import NIOCore
import Testing

@testable import Kubernetes

/// Runs where the environment names a real server's kubeconfig, as `Tests/Kubernetes/run` does.
@Suite(
  "Connections to a real API server", .timeLimit(.minutes(2)),
  .enabled(if: ProcessInfo.processInfo.environment["KUBERNETES_TEST_KUBECONFIG"] != nil))
struct RealServerTransportTests {
  func client(_ change: (inout ClientConfiguration) -> Void = { _ in }) throws -> KubernetesClient {
    let path = ProcessInfo.processInfo.environment["KUBERNETES_TEST_KUBECONFIG"]
    var configuration = try ClientConfiguration.load(kubeconfig: path)
    change(&configuration)
    return KubernetesClient(
      configuration: configuration, behaviour: ClientBehaviour(requestsPerSecond: 0, retries: .never))
  }

  func error(_ change: (inout ClientConfiguration) -> Void) async throws -> KubernetesError {
    let client = try client(change)
    return try #require(await #expect(throws: KubernetesError.self) { try await client.serverVersion() })
  }

  @Test("it is trusted by its authority and by its name, and by nothing less")
  func trust() async throws {
    #expect(try await client().serverVersion().isAtLeast(1, 20))
    let stranger = try await error { $0.certificateAuthorities = nil }
    #expect(stranger.code == .untrusted && stranger.details["request"] == "not sent")
    let misnamed = try await error { $0.serverName = "api.example.org" }
    #expect(misnamed.code == .untrusted && misnamed.message.contains("not for 'api.example.org'"))
    #expect(try await client { $0.serverName = "kubernetes.default" }.serverVersion().isAtLeast(1, 20))
    let insecure = try client {
      $0.certificateAuthorities = nil
      $0.isInsecure = true
    }
    #expect(try await insecure.serverVersion().isAtLeast(1, 20))
  }

  @Test("who has access to it knows it again, and no other takes its place")
  func access() async throws {
    let path = try #require(ProcessInfo.processInfo.environment["KUBERNETES_TEST_KUBECONFIG"])
    let server = try ClientConfiguration.load(kubeconfig: path)
    let authorities = try #require(server.certificateAuthorities)
    var access = ClusterAccess(server: server.server, authorities: base64(authorities), user: Secret([:]))
    #expect(await access.obstacle(patience: .seconds(30)) == nil)
    access.serverName = "kubernetes.default"
    #expect(await access.obstacle(patience: .seconds(30)) == nil)
    access.serverName = "api.example.org"
    #expect(await access.obstacle(patience: .seconds(30))?.hasSuffix("for 'api.example.org'") == true)
    access.authorities = base64(TestIdentity().chain)
    #expect(await access.obstacle(patience: .seconds(30))?.hasPrefix("what listens there shows no certificate") == true)
  }

  @Test("a token that it does not know is refused in a sentence")
  func unauthorized() async throws {
    let refusal = try await error { $0.credentials = FixedCredentials(.token(Secret("wr0ng"))) }
    #expect(refusal.status?.code == 401 && !refusal.message.contains("wr0ng"))
  }

  @Test("plain HTTP to it is an answer, not a riddle")
  func plain() async throws {
    let refusal = try await error { $0.server.isEncrypted = false }
    #expect(refusal.code == .refused && refusal.status?.code == 400)
  }

  @Test("more watches than a connection bears leave other requests their way, metadata only or whole")
  func watches() async throws {
    let client = try client()
    let maps = client.resources(
      DynamicObject.self, of: ResourceType(plural: "configmaps", kind: "ConfigMap"), in: "default")
    let name = "transport-\(UInt32.random(in: 0...UInt32.max))"
    let only = ListOptions(fieldSelector: "metadata.name=\(name)")
    let start = try await maps.list(only).resourceVersion
    try await withThrowingTaskGroup(of: String?.self) { group in
      for _ in 0..<300 {
        group.addTask {
          for try await event in maps.reading(PartialObject.self).watch(only, from: start) {
            if let object = event.object { return object.metadata.name }
          }
          return nil
        }
      }
      try await maps.create(DynamicObject(["metadata": ["name": .string(name)]]))
      for try await seen in group { #expect(seen == name) }
    }
    try await maps.delete(name)
  }

  @Test("a cache follows it, and an election is held on it")
  func cacheAndElection() async throws {
    let client = try client()
    let name = "election-\(UInt32.random(in: 0...UInt32.max))"
    let leases = client.resources(Lease.self, in: "default")
    let cache = ResourceCache(leases) { $0.spec?.holderIdentity }
    let running = Task { try await cache.run() }
    defer { running.cancel() }
    try await cache.waitForSync()
    for identity in ["a", "b"] {
      let elector = LeaderElector(
        client, lease: name, in: "default", identity: identity, settings: try ElectionSettings())
      try await elector.run {
        for try await change in cache.changes() {
          switch change {
          case .added(let key, identity) where key.name == name: return
          case .changed(let key, _, identity) where key.name == name: return
          default: continue
          }
        }
      }
    }
    let lease = try await leases.get(name)
    #expect(lease.spec?.holderIdentity == "" && lease.spec?.leaseTransitions == 1)
    try await leases.delete(name)
  }
}
