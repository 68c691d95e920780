import Synchronization
import Testing

@testable import Kubernetes

/// Runs where the environment names a program that kills the API server and starts it again.
@Suite(
  "An API server that is killed under its watchers", .enabled(if: RealServer.crash != nil), .timeLimit(.minutes(3)))
struct ServerCrashTests {
  static let watchers = 50
  static let maps = ResourceType(plural: "configmaps", kind: "ConfigMap")

  /// What one watcher was told, in its order.
  private final class Told: Sendable {
    private let events = Mutex<[String]>([])
    var all: [String] { events.withLock { $0 } }
    func add(_ object: DynamicObject) { events.withLock { $0.append(ServerCrashTests.line(object)) } }
    /// Of a list, what no event has told.
    func addMissing(_ objects: [DynamicObject]) {
      events.withLock { events in
        let known = Set(events)
        events += ServerCrashTests.lines(objects).filter { !known.contains($0) }
      }
    }
  }

  private static func line(_ object: DynamicObject) -> String {
    "\(object.metadata.name ?? "") \(object.metadata.resourceVersion ?? "")"
  }

  /// In the order of their creation.
  private static func lines(_ objects: [DynamicObject]) -> [String] {
    objects.sorted {
      (UInt64($0.metadata.resourceVersion ?? "") ?? 0) < (UInt64($1.metadata.resourceVersion ?? "") ?? 0)
    }
    .map(line)
  }

  /// Watches as someone does who keeps no cache: when the server no longer knows the version, as after a crash between a
  /// change of something else and the next one of these, it lists and goes on from there.
  private func watch(
    _ maps: ResourceClient<DynamicObject>, _ selection: ListOptions, from start: String, _ told: Told
  ) async throws {
    var version = start
    while true {
      do {
        for try await event in maps.watch(selection, from: version) {
          if let object = event.object { told.add(object) }
        }
      } catch let error as KubernetesError where error.isExpired {
        let list = try await maps.listAll(selection)
        told.addMissing(list.items)
        version = list.resourceVersion
      }
    }
  }

  /// Creates a ConfigMap, as often as it takes.
  private func create(_ name: String, _ client: KubernetesClient, _ namespace: String, isWatched: Bool = true)
    async throws
  {
    let object: JSONValue = ["metadata": ["name": .string(name), "labels": ["crash": isWatched ? "yes" : "no"]]]
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

  /// - Parameter forgets: whether something else changes before the server is killed, so that an old one, which remembers no
  ///   change from before its start, has to refuse the watchers' version.
  @Test("50 watches and 10 caches miss nothing, are told nothing twice, and do not spin", arguments: [false, true])
  func crash(forgets: Bool) async throws {
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
          group.addTask { try await watch(maps, selection, from: start, each) }
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
        if forgets { try await create("other", api.client, api.namespace, isWatched: false) }
        before = counting.requests
        let killing = Task.detached { _ = try RealServer.run(crash) }
        try await killing.value
        try await writer.value
        // After a long absence of the server they come back within their longest pause.
        let patience = WatchSettings().longestPause + .seconds(20)
        #expect(
          try await api.eventually(within: patience) {
            told.allSatisfy { $0.all.count >= names.count } && caches.allSatisfy { $0.count == names.count }
          })
        group.cancelAll()
        while let result = await group.nextResult() {
          if case .failure(let error) = result { #expect(error is CancellationError, "one ended by itself: \(error)") }
        }
      }
      let truth = Self.lines(
        try await api.client.resources(DynamicObject.self, of: Self.maps, in: api.namespace).listAll(selection).items)
      #expect(truth.count == names.count)
      // Once for all that differ alike: fifty times the same says no more.
      for wrong in Set(told.map(\.all)) where wrong != truth {
        Issue.record("a watch was told \(wrong), true is \(truth)")
      }
      for wrong in Set(caches.map { Set($0.snapshot().map { "\($0.key.name) \($0.value)" }) }) where wrong != Set(truth)
      {
        Issue.record("a cache holds \(wrong.sorted()), true is \(truth)")
      }
      // Some seconds without a server: with pauses that double, a handful of attempts each.
      let asked = counting.requests - before
      #expect(asked >= Self.watchers + caches.count)
      #expect(asked <= (Self.watchers + caches.count) * 12, "\(asked) requests")
    }
  }
}
