import NIOCore
import Testing

@testable import Kubernetes

@Suite("Answers of a real API server that break off or stand still", .enabled(if: FaultLab.isThere))
struct RealServerFaultCutTests {
  /// Objects whose list is some hundred kilobytes.
  private func fill(_ api: Contract) async throws {
    for number in 0..<4 { try await api.create("large-\(number)", bytes: 60_000) }
  }

  @Test("a list that is cut in the middle is read again, and is whole", arguments: [1, 10_000, 100_000, 200_000])
  func list(after: Int) async throws {
    try await FaultLab.relayed { api, relay, configuration in
      try await fill(api)
      let counting = CountingTransport(HTTPTransport(configuration))
      let client = KubernetesClient(transport: counting, behaviour: FaultLab.patient)
      _ = try await client.serverVersion()
      relay.harm(.cut(after: after))
      let list = try await api.maps(client).list(FaultLab.selection)
      #expect(list.items.map(\.metadata.name) == (0..<4).map { "large-\($0)" })
      #expect(relay.accepted == 2 && counting.requests == 3)
      relay.harm(.cut(after: after))
      let strict = KubernetesClient(transport: counting, behaviour: FaultLab.strict)
      let error = await #expect(throws: KubernetesError.self) { try await api.maps(strict).list(FaultLab.selection) }
      #expect(error?.code == .unreachable && error?.message.contains("broke") == true)
    }
  }

  @Test("a list that stands still is given up, and the next request does not wait on the same connection")
  func standstill() async throws {
    try await FaultLab.relayed { api, relay, configuration in
      try await fill(api)
      let transport = HTTPTransport(configuration)
      let strict = KubernetesClient(transport: transport, behaviour: FaultLab.strict)
      let patient = KubernetesClient(transport: transport, behaviour: FaultLab.patient)
      _ = try await patient.serverVersion()
      relay.harm(.stall(after: 100_000))
      let error = await #expect(throws: KubernetesError.self) { try await api.maps(strict).list(FaultLab.selection) }
      #expect(error?.code == .deadline && error?.message.contains("sent nothing for 500 ms") == true)
      #expect(try await api.maps(patient).list(FaultLab.selection).items.count == 4)
      #expect(relay.accepted == 2)
    }
  }

  @Test("a create whose answer is cut off tells that nobody knows, and is sent once", arguments: 0..<6)
  func create(round: Int) async throws {
    try await FaultLab.relayed { api, relay, configuration in
      let counting = CountingTransport(HTTPTransport(configuration))
      let client = KubernetesClient(transport: counting, behaviour: FaultLab.patient)
      _ = try await client.serverVersion()
      // The answer is larger than what a server says about its connection in between.
      relay.harm(.cut(after: 100 + round * 400))
      let error = await #expect(throws: KubernetesError.self) {
        try await api.maps(client).create(FaultLab.map(bytes: 20_000))
      }
      #expect(error?.code == .unreachable && error?.details["request"] == nil)
      #expect(error?.message.contains("look first whether a change was made") == true)
      #expect(counting.requests == 2)
      // Any more than one would have a name of its own.
      #expect(try await api.truth().count <= 1)
    }
  }

  @Test("a command whose connection is reset may still run, and that is said", .enabled(if: TestPod.named != nil))
  func exec() async throws {
    let pod = try #require(TestPod.named)
    try await FaultLab.relayed { _, relay, configuration in
      let client = KubernetesClient(configuration: configuration)
      let session = try await client.exec(
        pod.name, in: pod.namespace, ExecOptions(["sh", "-c", "echo begun; sleep 5"]))
      var output = ""
      for try await part in session.output {
        if case .standardOutput(let bytes) = part { output += String(buffer: bytes) }
        if output == "begun\n" { break }
      }
      relay.harm(.cut(after: 0))
      let error = await #expect(throws: KubernetesError.self) { try await session.exitStatus() }
      #expect(error?.code == .unreachable && error?.message.contains("may still run") == true)
      await session.close()
    }
  }
}
