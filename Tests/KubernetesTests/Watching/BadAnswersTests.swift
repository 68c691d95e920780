import MusterCore
import NIOCore
import Testing

@testable import Kubernetes

@Suite("A cache and answers that cannot be read", .timeLimit(.minutes(1)))
struct BadAnswersTests {
  static let bad = #"{"metadata":{"name":"b","namespace":"lab","uid":"uid-b","resourceVersion":"11"},"size":"big"}"#

  func isWatch(_ request: APIRequest) -> Bool { request.query.contains { $0.name == "watch" } }

  func cache(_ transport: ScriptedTransport) -> ResourceCache<Int> {
    ResourceCache(KubernetesClient.scripted(transport, time: JumpingTime()).resources(Thing.self)) { thing in
      if thing.size == 13 { throw KubernetesError(.badValue, "13 is not kept") }
      return thing.size
    }
  }

  @Test("one unreadable object is skipped, in a list and in a watch, and its version is passed")
  func objects() async throws {
    let transport = ScriptedTransport { request, number in
      guard isWatch(request) else {
        return .json(
          Thing.list([Thing.json("a", version: 1), Self.bad, Thing.json("d", size: 13, version: 2)], version: 9))
      }
      return number == 1
        ? .watch([
          Thing.event("ADDED", Thing.json("b", size: 2, version: 10)), Thing.event("MODIFIED", Self.bad),
          Thing.event("MODIFIED", Thing.json("a", size: 13, version: 12)),
        ]) : .watch([Thing.event("ADDED", Thing.json("c", size: 3, version: 14))], staysOpen: true)
    }
    let cache = cache(transport)
    let running = Task { try await cache.run() }
    defer { running.cancel() }
    try await until { cache["lab", "c"] == 3 }
    #expect(cache["lab", "a"] == 1 && cache["lab", "b"] == 2 && cache.count == 3)
    #expect(transport.requests.last?.query.contains { $0.name == "resourceVersion" && $0.value == "12" } == true)
  }

  @Test("an unreadable object that was deleted is gone, and one that took another's place has not its content")
  func gone() async throws {
    let reborn = Self.bad.replacing("uid-b", with: "uid-2")
    for event in [Thing.event("DELETED", Self.bad), Thing.event("ADDED", reborn)] {
      let transport = ScriptedTransport { request, _ in
        isWatch(request)
          ? .watch([event], staysOpen: true) : .json(Thing.list([Thing.json("b", version: 1)], version: 9))
      }
      let cache = cache(transport)
      let running = Task { try await cache.run() }
      defer { running.cancel() }
      try await cache.waitForSync()
      try await until { cache.count == 0 }
    }
  }

  @Test("a page of a proxy, or a list that is cut off, ends no cache that has worked")
  func pages() async throws {
    let transport = ScriptedTransport { request, number in
      switch number {
      case 0: .json(Thing.list([Thing.json("a", version: 1)], version: 9))
      case 1: .json("<html>maintenance</html>\n")
      case 2: .refusal(410, "Expired")
      case 3: .json("<html>maintenance</html>")
      case 4: .json(String(Thing.list([Thing.json("a", version: 1)], version: 9).dropLast(5)))
      case 5: .json(Thing.list([Thing.json("b", version: 2)], version: 12))
      default: .watch([], staysOpen: true)
      }
    }
    let cache = cache(transport)
    let running = Task { try await cache.run() }
    defer { running.cancel() }
    try await until { transport.count == 7 }
    #expect(cache.snapshot().keys.map(\.name) == ["b"])
  }

  @Test("the version that is asked for is for the first list alone")
  func version() async throws {
    let transport = ScriptedTransport { request, number in
      switch number {
      case 0, 2: .json(Thing.list([], version: 9))
      case 1: .refusal(410, "Expired")
      default: .watch([], staysOpen: true)
      }
    }
    let things = KubernetesClient.scripted(transport).resources(Thing.self)
    let cache = ResourceCache(things, ListOptions(resourceVersion: "0"))
    let running = Task { try await cache.run() }
    defer { running.cancel() }
    try await until { transport.count == 4 }
    let versions = transport.requests.map { $0.query.first { $0.name == "resourceVersion" }?.value }
    #expect(versions == ["0", "9", nil, "9"])
  }

  @Test("a list without a version cannot be watched from")
  func unversioned() async throws {
    let cache = cache(ScriptedTransport([.json(#"{"metadata":{},"items":[]}"#)]))
    let error = await #expect(throws: KubernetesError.self) { try await cache.run() }
    #expect(error?.code == .badAnswer && !cache.isSynced)
  }

  @Test("what has never been a list is the caller's mistake")
  func never() async throws {
    let cache = cache(ScriptedTransport([.json("<html>")]))
    let error = await #expect(throws: KubernetesError.self) { try await cache.run() }
    #expect(error?.code == .badAnswer)
  }
}
