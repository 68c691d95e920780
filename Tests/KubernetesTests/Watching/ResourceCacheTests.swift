import MusterCore
import NIOCore
import Synchronization
import Testing

@testable import Kubernetes

@Suite("A cache of what is in the cluster", .timeLimit(.minutes(1)))
struct ResourceCacheTests {
  /// What a reader knows, by what it was told.
  final class Notes: Sendable {
    let known = Mutex<[String: Int]>([:])

    func note(_ change: CacheChange<Int>) {
      known.withLock { known in
        switch change {
        case .added(let key, let value): #expect(known.updateValue(value, forKey: key.name) == nil)
        case .changed(let key, let old, let new):
          #expect(known.updateValue(new, forKey: key.name) == old)
          #expect(old < new, "a reader never goes back in time")
        case .removed(let key, let value): #expect(known.removeValue(forKey: key.name) == value)
        case .synced: break
        }
      }
    }
  }

  @Test("through every failure nothing is missed and nothing comes twice", arguments: 0..<12)
  func unreliable(seed: Int) async throws {
    let server = UnreliableServer(seed: seed)
    server.change(20)
    let time = JumpingTime()
    let settings = WatchSettings(longestPause: .seconds(10))
    let transport = ScriptedTransport { request, _ in try server.answer(request) }
    let things = KubernetesClient.scripted(transport, time: time).resources(Thing.self)
    let cache = ResourceCache(things, ListOptions(limit: 4), settings: settings) { $0.size }
    let notes = Notes()
    let running = Task { try await cache.run() }
    let reading = Task { for try await change in cache.changes() { notes.note(change) } }
    defer {
      running.cancel()
      reading.cancel()
    }
    try await until { server.requests >= 300 }
    // An ill server is not asked faster than pauses allow: a few requests, a list of some pages and a watch, between two.
    let seconds = (time.moment() - Moment(nanoseconds: 0)).seconds
    #expect(Double(server.requests) <= 40 + seconds / 4)
    server.change(10, thenReliable: true)
    try await cache.waitForSync()
    // Sizes are versions, so equal tables mean equal states.
    try await until { notes.known.withLock { $0 } == server.truth }
    #expect(Dictionary(uniqueKeysWithValues: cache.snapshot().map { ($0.key.name, $0.value) }) == server.truth)
    #expect(cache.isSynced && cache.count == server.truth.count)
  }

  @Test("what is refused from the first is told to all who wait")
  func forbidden() async throws {
    let transport = ScriptedTransport([.refusal(403, "Forbidden", "things is forbidden")])
    let cache = ResourceCache(KubernetesClient.scripted(transport).resources(Thing.self))
    async let waiting: Void = cache.waitForSync()
    let error = await #expect(throws: KubernetesError.self) { try await cache.run() }
    #expect(error?.message.contains("refused to list things in all namespaces: things is forbidden") == true)
    do {
      try await waiting
      Issue.record("the cache was never filled")
    } catch { #expect(error is KubernetesError) }
    await #expect(throws: KubernetesError.self) { for try await _ in cache.changes() {} }
    #expect(transport.count == 1)
  }

  @Test("the right to list without the right to watch is told, and not tried for ever")
  func unwatchable() async throws {
    let transport = ScriptedTransport { request, _ in
      request.query.contains { $0.name == "watch" }
        ? .refusal(403, "Forbidden", "no watching") : .json(Thing.list([], version: 9))
    }
    let cache = ResourceCache(KubernetesClient.scripted(transport).resources(Thing.self))
    let error = await #expect(throws: KubernetesError.self) { try await cache.run() }
    #expect(error?.message.contains("refused to watch things in all namespaces") == true)
    #expect(transport.count == 2 && cache.isSynced)
  }

  @Test("the end of a cache is the end of its changes")
  func end() async throws {
    let transport = ScriptedTransport { request, _ in
      request.query.contains { $0.name == "watch" }
        ? .watch([Thing.event("ADDED", Thing.json("b", version: 10))], staysOpen: true)
        : .json(Thing.list([Thing.json("a", version: 1)], version: 9))
    }
    let cache = ResourceCache(KubernetesClient.scripted(transport).resources(Thing.self))
    let running = Task { try await cache.run() }
    var seen: [String] = []
    for try await change in cache.changes() {
      switch change {
      case .added(let key, _): seen.append(key.description)
      case .synced: seen.append("synced")
      default: break
      }
      if seen.count == 3 { running.cancel() }
    }
    #expect(seen == ["lab/a", "synced", "lab/b"])
    #expect(cache["lab", "b"]?.metadata.resourceVersion == "10")
    await #expect(throws: CancellationError.self) { try await running.value }
    let watch = try #require(transport.requests.last)
    #expect(watch.query.contains { $0.name == "allowWatchBookmarks" && $0.value == "true" })
    #expect(watch.query.contains { $0.name == "resourceVersion" && $0.value == "9" })
  }

  @Test("a watch that stands still is given up after the server's own limit, and taken up from where it was")
  func stalled() async throws {
    let time = JumpingTime(over: .seconds(1000))
    let stalled = Mutex(0)
    let transport = ScriptedTransport { request, _ in
      guard request.query.contains(where: { $0.name == "watch" }) else {
        return .json(Thing.list([], version: 9))
      }
      let number = stalled.withLock { number in
        number += 1
        return number
      }
      return .watch([Thing.event("MODIFIED", Thing.json("a", version: 10 + number))], staysOpen: true)
    }
    let settings = WatchSettings(seconds: 5...5, grace: .seconds(2))
    let cache = ResourceCache(
      KubernetesClient.scripted(transport, time: time).resources(Thing.self), settings: settings)
    let running = Task { try await cache.run() }
    defer { running.cancel() }
    try await until { transport.count >= 4 }
    #expect(time.pauses.contains(.seconds(7)))
  }
}
