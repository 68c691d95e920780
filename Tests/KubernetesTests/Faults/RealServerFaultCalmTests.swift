import MusterCore
import Testing

@testable import Kubernetes

@Suite("A real API server that fails for a while", .enabled(if: FaultLab.isThere), .timeLimit(.minutes(1)))
struct RealServerFaultCalmTests {
  @Test("is asked ever less often, and followed again when it is well", arguments: Outage.all)
  func calm(outage: Outage) async throws {
    try await FaultLab.proxied { api, proxy, configuration in
      let client = KubernetesClient(configuration: configuration, behaviour: FaultLab.strict)
      let settings = WatchSettings(
        seconds: 1...1, grace: .milliseconds(500), firstPause: .milliseconds(50), longestPause: .milliseconds(400),
        soundAfter: .milliseconds(500))
      let cache = ResourceCache(api.maps(client), FaultLab.selection, settings: settings) { Contract.version($0) }
      let running = Task { try await cache.run() }
      defer { running.cancel() }
      try await cache.waitForSync()
      #expect(try await api.eventually { proxy.requests.last?.isWatch == true })
      let before = proxy.requests.count
      proxy.harm(outage.script)
      #expect(try await api.eventually { proxy.requests.count >= before + outage.requests })
      let times = proxy.requests[before..<(before + outage.requests)].map(\.at)
      let took = times[times.count - 1] - times[0]
      #expect(took >= outage.atLeast, "\(took)")
      proxy.heal()
      try await api.create("last")
      let truth = try await api.truth()
      #expect(
        try await api.eventually {
          Dictionary(uniqueKeysWithValues: cache.snapshot().map { ($0.key.name, $0.value) }) == truth
        })
    }
  }
}
