import Synchronization
import Testing

@testable import Kubernetes

/// Runs where the environment names a program that kills the API server and starts it again.
@Suite("An API server that is killed under its watchers", .enabled(if: RealServer.crash != nil))
struct ServerCrashTests {
  static let watchers = 50
  static let maps = ResourceType(plural: "configmaps", kind: "ConfigMap")

  /// What one watcher was told, in its order.
  private final class Told: Sendable {
    private let events = Mutex<[String]>([])
    var all: [String] { events.withLock { $0 } }
    func add(_ event: String) { events.withLock { $0.append(event) } }
  }

  /// Creates a ConfigMap, as often as it takes.
  private func create(_ name: String, _ client: KubernetesClient, _ namespace: String) async throws {
    let object: JSONValue = ["metadata": ["name": .string(name), "labels": ["crash": "yes"]]]
    for _ in 0..<600 {
      do {
        try await client.resources(DynamicObject.self, of: Self.maps, in: namespace).create(object)
        return
      } catch let error as KubernetesError where error.isAlreadyExists {
        return
      } catch is KubernetesError {
        try await Task.sleep(for: .milliseconds(100))
      }
    }
    Issue.record("\(name) could not be created")
  }

  @Test("50 watches and 10 caches miss nothing, are told nothing twice, and do not spin")
  func crash() async throws {
    let crash = try #require(RealServer.crash)
    try await ContractServer.real.run { api in
      let counting = CountingTransport(api.transport)
      let client = KubernetesClient(
        transport: counting, behaviour: ClientBehaviour(requestsPerSecond: 0, retries: RetryPolicy(attempts: 1)))
      let maps = client.resources(DynamicObject.self, of: Self.maps, in: api.namespace)
      let selection = ListOptions(labelSelector: "crash=yes")
      let start = try await maps.list(selection).resourceVersion
      let told = (0..<Self.watchers).map { _ in Told() }
      let caches = (0..<10).map { _ in
        ResourceCache(maps, selection) { $0.metadata.resourceVersion }
      }
      let names = (0..<60).map { "crash-\($0)" }
      var before = 0
      try await withThrowingTaskGroup(of: Void.self) { group in
        for each in told {
          group.addTask {
            for try await event in maps.watch(selection, from: start) {
              guard let object = event.object else { continue }
              each.add("\(object.metadata.name ?? "") \(object.metadata.resourceVersion ?? "")")
            }
          }
        }
        for cache in caches { group.addTask { try await cache.run() } }
        for cache in caches { try await cache.waitForSync() }
        let writer = Task {
          for name in names {
            try await create(name, api.client, api.namespace)
            try await Task.sleep(for: .milliseconds(100))
          }
        }
        #expect(try await api.eventually { told.allSatisfy { $0.all.count >= 10 } })
        before = counting.requests
        let killing = Task.detached { _ = try RealServer.run(crash) }
        try await killing.value
        try await writer.value
        #expect(
          try await api.eventually {
            told.allSatisfy { $0.all.count >= names.count } && caches.allSatisfy { $0.count == names.count }
          })
        group.cancelAll()
        while let result = await group.nextResult() { _ = result }
      }
      let truth = try await api.client.resources(DynamicObject.self, of: Self.maps, in: api.namespace)
        .listAll(selection).items
        .sorted { (UInt64($0.metadata.resourceVersion ?? "") ?? 0) < (UInt64($1.metadata.resourceVersion ?? "") ?? 0) }
        .map { "\($0.metadata.name ?? "") \($0.metadata.resourceVersion ?? "")" }
      for each in told { #expect(each.all == truth) }
      for cache in caches {
        #expect(Set(cache.snapshot().map { "\($0.key.name) \($0.value)" }) == Set(truth))
      }
      // Some seconds without a server: with pauses that double, a handful of attempts each.
      let asked = counting.requests - before
      #expect(asked >= Self.watchers + caches.count)
      #expect(asked <= (Self.watchers + caches.count) * 12, "\(asked) requests")
    }
  }
}
