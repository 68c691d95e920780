import MusterCore
import SeededDice
import Synchronization
import Testing

@testable import Kubernetes

@Suite("Caches of a real API server through every fault", .enabled(if: FaultLab.isThere), .timeLimit(.minutes(2)))
struct RealServerFaultCacheTests {
  private func cache(_ api: Contract, _ client: KubernetesClient, pageSize: Int = 4) -> ResourceCache<Int> {
    var settings = FaultLab.watching
    settings.seconds = 2...2
    settings.pageSize = pageSize
    return ResourceCache(api.maps(client), FaultLab.selection, settings: settings) { Contract.version($0) }
  }

  private static func state(of cache: ResourceCache<Int>) -> [String: Int] {
    Dictionary(uniqueKeysWithValues: cache.snapshot().map { ($0.key.name, $0.value) })
  }

  /// Keeps caches up and notes what their readers are told while `body` runs. In the end, when nothing fails any more,
  /// they have to be what the server is.
  private func check(
    _ api: Contract, _ caches: [ResourceCache<Int>], _ body: () async throws -> Void
  ) async throws {
    let notes = caches.map { _ in ResourceCacheTests.Notes() }
    let tasks = zip(caches, notes).flatMap { cache, notes in
      [
        Task { try await cache.run() },
        Task { for try await change in cache.changes() { notes.note(change) } },
      ]
    }
    defer { for task in tasks { task.cancel() } }
    for cache in caches { try await cache.waitForSync() }
    try await body()
    try await api.create("last")
    let truth = try await api.truth()
    for (cache, notes) in zip(caches, notes) {
      #expect(try await api.eventually { notes.known.withLock { $0 } == truth })
      #expect(Self.state(of: cache) == truth)
    }
  }

  /// Creates, changes or deletes one of a dozen objects, past all faults.
  private func change(_ api: Contract, _ random: inout Dice) async throws {
    let name = "m-\(Int.random(in: 0..<12, using: &random))"
    let maps = api.maps(api.client)
    let bytes = Int.random(in: 0..<3, using: &random) == 0 ? 30_000 : 10
    switch Int.random(in: 0..<3, using: &random) {
    case 0: _ = try await maps.apply(FaultLab.map(name: name, bytes: bytes), manager: "faults", force: true)
    case 1:
      let data: JSONValue = ["n": .string(String(UInt32.random(in: 0...UInt32.max, using: &random)))]
      do {
        _ = try await maps.patch(name, try .merge(["data": data] as JSONValue))
      } catch let error as KubernetesError where error.isNotFound {
        try await api.create(name, bytes: bytes)
      }
    default:
      do {
        _ = try await maps.delete(name)
      } catch let error as KubernetesError where error.isNotFound {
        try await api.create(name, bytes: bytes)
      }
    }
  }

  @Test("behind a proxy that refuses, forgets, cuts and spoils at random", arguments: [1, 2])
  func proxy(seed: UInt64) async throws {
    try await FaultLab.proxied { api, proxy, configuration in
      var random = Dice(seed: seed)
      for _ in 0..<20 { try await change(api, &random) }
      let client = KubernetesClient(configuration: configuration, behaviour: FaultLab.patient)
      try await check(api, [cache(api, client), cache(api, client), cache(api, client, pageSize: 500)]) {
        let chance = Mutex(Dice(seed: seed + 100))
        proxy.harm { request in chance.withLock { Self.fault(request, &$0) } }
        for _ in 0..<300 where proxy.requests.count < 90 {
          try await change(api, &random)
          try await Task.sleep(for: .milliseconds(10))
        }
        proxy.heal()
      }
    }
  }

  private static func fault(_ request: ProxyRequest, _ random: inout Dice) -> ProxyFault? {
    switch Int.random(in: 0..<10, using: &random) {
    case 0: .refuse(500, "InternalError")
    case 1: .refuse(503, "ServiceUnavailable")
    case 2: .refuse(429, "TooManyRequests", retryAfter: Bool.random(using: &random) ? 0 : nil)
    case 3 where request.isWatch || request.isContinued: .refuse(410, "Expired")
    case 4 where request.isWatch: .errorEvent(410, "Expired")
    case 5 where request.isWatch: .errorEvent(500, "InternalError")
    case 6: .cut(after: Int.random(in: 0..<40_000, using: &random))
    case 7: .truncate(after: Int.random(in: 0..<40_000, using: &random))
    case 8 where !request.isWatch: .swallow
    default: request.isWatch ? .cut(after: Int.random(in: 0..<2000, using: &random)) : nil
    }
  }

  @Test("over connections that break, stand still and come slowly at random", arguments: [3, 4])
  func relay(seed: UInt64) async throws {
    try await FaultLab.relayed { api, relay, configuration in
      var random = Dice(seed: seed)
      for _ in 0..<20 { try await change(api, &random) }
      let client = KubernetesClient(configuration: configuration, behaviour: FaultLab.brisk)
      let caches = [cache(api, client), cache(api, client, pageSize: 500)]
      try await check(api, caches) {
        for round in 0..<12 {
          for _ in 0..<Int.random(in: 0..<6, using: &random) { try await change(api, &random) }
          switch round % 10 {
          case 9: relay.harm(.stall(after: Int.random(in: 0..<20_000, using: &random)))
          case 8: relay.harmNext(.cut(after: Int.random(in: 0..<4000, using: &random)))
          case 7: relay.harmNext(.drip(bytes: 1000, pause: .microseconds(100)))
          default: relay.harm(.cut(after: Int.random(in: 0..<40_000, using: &random)))
          }
          // At times all has come through before the next fault, at times it has not.
          guard Bool.random(using: &random) else { continue }
          let truth = try await api.truth()
          #expect(try await api.eventually { caches.allSatisfy { Self.state(of: $0) == truth } })
        }
      }
    }
  }
}
