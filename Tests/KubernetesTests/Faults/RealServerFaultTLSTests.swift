import Testing

@testable import Kubernetes

@Suite("TLS connections to a real API server that come slowly or not at all", .enabled(if: FaultLab.isThere))
struct RealServerFaultTLSTests {
  @Test("without harm the relay carries HTTP/2: many requests go over one connection")
  func unharmed() async throws {
    try await FaultLab.relayed { api, relay, configuration in
      let client = KubernetesClient(configuration: configuration, behaviour: FaultLab.patient)
      #expect(try await client.serverVersion().isAtLeast(1, 20))
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<20 { group.addTask { _ = try await client.serverVersion() } }
        try await group.waitForAll()
      }
      #expect(relay.accepted == 1)
    }
  }

  @Test("a handshake that comes byte by byte is waited for, and the create behind it is made once")
  func slow() async throws {
    try await FaultLab.relayed { api, relay, configuration in
      relay.harmNext(.drip(bytes: 3000, pause: .microseconds(100)))
      let client = KubernetesClient(configuration: configuration, behaviour: FaultLab.patient)
      try await api.maps(client).create(FaultLab.map())
      #expect(relay.accepted == 1)
      #expect(try await api.truth().count == 1)
    }
  }

  @Test("a handshake that never ends is given up, and the next request finds its own way", arguments: [0, 1000])
  func endless(after: Int) async throws {
    try await FaultLab.relayed { api, relay, configuration in
      relay.harmNext(.stall(after: after))
      let transport = HTTPTransport(configuration)
      let strict = KubernetesClient(transport: transport, behaviour: FaultLab.strict)
      let error = await #expect(throws: KubernetesError.self) { try await api.maps(strict).create(FaultLab.map()) }
      #expect(error?.code == .deadline && error?.message.contains("did not answer within 1500 ms") == true)
      #expect(relay.accepted == 1)
      #expect(try await api.truth().isEmpty)
      let patient = KubernetesClient(transport: transport, behaviour: FaultLab.patient)
      try await api.maps(patient).create(FaultLab.map())
      #expect(relay.accepted == 2)
      #expect(try await api.truth().count == 1)
    }
  }

  @Test("without a connection after 10 s a request is given up, and known not to have left")
  func timeout() async throws {
    try await FaultLab.relayed { api, relay, configuration in
      relay.harmNext(.stall(after: 0))
      let behaviour = ClientBehaviour(retries: .never)
      let client = KubernetesClient(configuration: configuration, behaviour: behaviour)
      let error = await #expect(throws: KubernetesError.self) { try await client.serverVersion() }
      #expect(error?.code == .unreachable && error?.details["request"] == "not sent")
      #expect(error?.message.contains("could be made within 10 s") == true)
    }
  }

  @Test("a handshake that is reset is tried anew, and what was to be created is there once", arguments: [0, 100, 1000])
  func reset(after: Int) async throws {
    try await FaultLab.relayed { api, relay, configuration in
      relay.harmNext(.cut(after: after), .cut(after: after))
      let client = KubernetesClient(configuration: configuration, behaviour: FaultLab.patient)
      try await api.maps(client).create(FaultLab.map())
      #expect(relay.accepted == 3)
      #expect(try await api.truth().count == 1)
    }
  }
}
