import MusterCore
import Testing

@testable import Kubernetes

@Suite("Questions to a real API server behind a proxy that refuses and spoils", .enabled(if: FaultLab.isThere))
struct RealServerFaultAnswerTests {
  private func reach(_ configuration: ClientConfiguration, _ behaviour: ClientBehaviour = FaultLab.patient)
    -> KubernetesClient
  {
    KubernetesClient(configuration: configuration, behaviour: behaviour)
  }

  @Test("a busy server is left alone for as long as it says, and what was to be created is there once")
  func busy() async throws {
    try await FaultLab.proxied { api, proxy, configuration in
      proxy.harm { $0.number == 0 ? .refuse(429, "TooManyRequests", retryAfter: 1) : nil }
      try await api.maps(reach(configuration)).create(FaultLab.map())
      let times = proxy.requests.map(\.at)
      #expect(times.count == 2 && times[1] - times[0] >= .seconds(1))
      #expect(try await api.truth().count == 1)
      proxy.harm { $0.number == 2 ? .refuse(429, "TooManyRequests") : nil }
      try await api.maps(reach(configuration)).create(FaultLab.map())
      #expect(proxy.requests.count == 4)
      #expect(try await api.truth().count == 2)
      proxy.harm { _ in .refuse(429, "TooManyRequests", retryAfter: 3600) }
      let error = await #expect(throws: KubernetesError.self) { try await reach(configuration).serverVersion() }
      #expect(error?.status?.code == 429 && error?.details["retry_after_s"] == "3600")
      #expect(error?.message.contains("the server is busy") == true)
      #expect(proxy.requests.count == 5)
    }
  }

  @Test("an ill server is asked again if that does no harm, five times at most", arguments: [500, 503])
  func ill(code: Int) async throws {
    try await FaultLab.proxied { api, proxy, configuration in
      let client = reach(configuration)
      proxy.harm { $0.number < 3 ? .refuse(code, "InternalError") : nil }
      let version = try await client.serverVersion()
      #expect(version.isAtLeast(1, 20) && proxy.requests.count == 4)
      proxy.harm { _ in .refuse(code, "InternalError") }
      let error = await #expect(throws: KubernetesError.self) { try await client.serverVersion() }
      #expect(error?.code == .refused && error?.status?.code == code)
      let times = proxy.requests.map(\.at)
      // Pauses of 20, 40, 80 and 160 ms, less up to half.
      #expect(times.count == 9 && times[8] - times[4] >= .milliseconds(150))
      let creation = await #expect(throws: KubernetesError.self) {
        try await api.maps(client).create(FaultLab.map())
      }
      let deletion = await #expect(throws: KubernetesError.self) { try await api.maps(client).delete("a") }
      #expect(creation?.status?.code == code && deletion?.status?.code == code)
      #expect(proxy.requests.count == 11)
      #expect(try await api.truth().isEmpty)
    }
  }

  @Test("a list whose moment is forgotten begins anew, and in the end is read in one")
  func expired() async throws {
    try await FaultLab.proxied { api, proxy, configuration in
      for number in 0..<5 { try await api.create("m-\(number)") }
      var options = FaultLab.selection
      options.limit = 2
      let maps = api.maps(reach(configuration))
      proxy.harm { $0.number == 1 ? .refuse(410, "Expired") : nil }
      let names = (0..<5).map { "m-\($0)" }
      #expect(try await maps.listAll(options).items.map(\.metadata.name) == names)
      #expect(proxy.requests.count == 5)
      proxy.harm { $0.isContinued ? .refuse(410, "Expired") : nil }
      #expect(try await maps.listAll(options).items.map(\.metadata.name) == names)
      #expect(proxy.requests.count == 12)
    }
  }

  @Test("half a chunk is asked for again; half a list that passes for a whole one is not taken for one")
  func half() async throws {
    try await FaultLab.proxied { api, proxy, configuration in
      for number in 0..<5 { try await api.create("m-\(number)", bytes: 10_000) }
      let maps = api.maps(reach(configuration))
      for bytes in [0, 1, 100, 20_000] {
        let before = proxy.requests.count
        proxy.harm { $0.number == before ? .cut(after: bytes) : nil }
        #expect(try await maps.list(FaultLab.selection).items.count == 5)
        #expect(proxy.requests.count == before + 2)
        proxy.harm { _ in .truncate(after: bytes) }
        let error = await #expect(throws: KubernetesError.self) { try await maps.list(FaultLab.selection) }
        #expect(error?.code == .badAnswer, "\(bytes): \(error as Any)")
        #expect(proxy.requests.count == before + 3)
      }
    }
  }

  @Test("a change whose answer does not come is not made a second time, unless twice is the same as once")
  func lost() async throws {
    try await FaultLab.proxied { api, proxy, configuration in
      let maps = api.maps(reach(configuration))
      for (number, fault) in [ProxyFault.swallow, .cut(after: 0), .cut(after: 50)].enumerated() {
        let before = proxy.requests.count
        proxy.harm { _ in fault }
        let error = await #expect(throws: KubernetesError.self) { try await maps.create(FaultLab.map()) }
        #expect(error?.code == .unreachable && error?.details["request"] == nil)
        #expect(error?.message.contains("look first whether a change was made") == true)
        #expect(proxy.requests.count == before + 1)
        // The server has made it, once.
        #expect(try await api.truth().count == number + 1)
      }
      let before = proxy.requests.count
      proxy.harm { $0.number == before ? .swallow : nil }
      let applied = try await maps.apply(FaultLab.map(name: "applied"), manager: "faults")
      #expect(applied.metadata.name == "applied")
      #expect(proxy.requests.count == before + 2)
      #expect(try await api.truth().count == 4)
    }
  }
}
