import Synchronization
import Testing

@testable import Kubernetes

@Suite(
  "Watches of a real API server whose connections break or die", .enabled(if: FaultLab.isThere),
  .timeLimit(.minutes(1)))
struct RealServerFaultWatchTests {
  /// What a watcher was told, in its order.
  private final class Told: Sendable {
    private let events = Mutex<[String]>([])
    var names: [String] { events.withLock { $0 } }

    func follow(_ maps: ResourceClient<DynamicObject>) async throws -> Task<Void, any Error> {
      let start = try await maps.list(FaultLab.selection).resourceVersion
      return Task {
        for try await event in maps.watch(FaultLab.selection, from: start, FaultLab.watching) {
          guard case .added(let object) = event else { continue }
          events.withLock { $0.append(object.metadata.name ?? "") }
        }
      }
    }
  }

  @Test("one that is reset, between events and in the middle of one, goes on where it was", arguments: [0, 30_000])
  func reset(after: Int) async throws {
    try await FaultLab.relayed { api, relay, configuration in
      let counting = CountingTransport(HTTPTransport(configuration))
      let client = KubernetesClient(transport: counting, behaviour: FaultLab.patient)
      let told = Told()
      let watching = try await told.follow(api.maps(client))
      defer { watching.cancel() }
      var names: [String] = []
      for round in 0..<4 {
        names += ["a-\(round)", "b-\(round)", "c-\(round)"]
        try await api.create("a-\(round)")
        #expect(try await api.eventually { told.names.last == "a-\(round)" })
        relay.harm(.cut(after: after))
        try await api.create("b-\(round)", bytes: 60_000)
        try await api.create("c-\(round)")
        #expect(try await api.eventually { told.names.last == "c-\(round)" })
      }
      #expect(told.names == names)
      // The first, and one for each that broke.
      #expect(counting.watches == 5)
    }
  }

  @Test("one that stands still is noticed, and the next one does not wait on the same connection")
  func stall() async throws {
    try await FaultLab.relayed { api, relay, configuration in
      let counting = CountingTransport(HTTPTransport(configuration))
      let client = KubernetesClient(transport: counting, behaviour: FaultLab.patient)
      let told = Told()
      let watching = try await told.follow(api.maps(client))
      defer { watching.cancel() }
      try await api.create("a")
      #expect(try await api.eventually { told.names == ["a"] })
      let (connections, watches) = (relay.accepted, counting.watches)
      relay.harm(.stall(after: 0))
      try await api.create("b")
      try await api.create("c")
      #expect(try await api.eventually { told.names.count >= 3 })
      #expect(told.names == ["a", "b", "c"])
      #expect(counting.watches == watches + 1 && relay.accepted == connections + 1)
    }
  }
}
