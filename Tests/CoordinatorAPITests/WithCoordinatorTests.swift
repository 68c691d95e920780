import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2
import StandInCoordinator
import Testing

@testable import CoordinatorAPI

@Suite(.timeLimit(.minutes(1))) struct WithCoordinatorTests {
  @Test func saysHowToStartOne() async throws {
    let address = try await withStandIn { _, address in address }
    let error = await #expect(throws: APIError.self) { try await withCoordinator(at: [address]) { _ in } }
    #expect(
      error?.message
        == "no coordinator answers at \(address); start one with 'muster up', "
        + "or name another with --coordinator HOST:PORT (MUSTER_COORDINATOR)")
  }

  @Test func triesTheNextAddress() async throws {
    let gone = try await withStandIn { _, address in address }
    try await withStandIn { _, address in
      let used = try await withCoordinator(at: [gone, address]) { client in client.address }
      #expect(used == address)
    }
  }

  @Test func refusesAnotherProtocol() async throws {
    let stand = StandInCoordinator()
    stand.status.protocol = ProtocolVersions(lowest: 7, highest: 9).message
    stand.status.build = "3.0.0"
    try await withStandIn(stand) { _, address in
      let error = await #expect(throws: APIError.self) { try await withCoordinator(at: [address]) { _ in } }
      #expect(error?.code == .protocolMismatch)
      #expect(error?.message.contains("versions 7 to 9") == true)
      #expect(error?.message.contains("version 1") == true)
    }
  }

  @Test func recognisesWhatIsNotACoordinator() async throws {
    let server = GRPCServer(
      transport: .http2NIOPosix(address: .ipv4(host: "127.0.0.1", port: 0), transportSecurity: .plaintext), services: []
    )
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.serve() }
      defer { group.cancelAll() }
      let port = try #require(try await server.listeningAddress?.ipv4?.port)
      let address = CoordinatorAddress(host: "127.0.0.1", port: port)
      let error = await #expect(throws: APIError.self) { try await withCoordinator(at: [address]) { _ in } }
      #expect(error?.code == .notMuster)
      #expect(error?.message.contains("is not a Muster coordinator") == true)
    }
  }

  @Test func passesOnWhatTheCoordinatorSays() async throws {
    try await withStandIn { _, address in
      let error = await #expect(throws: APIError.self) {
        try await withCoordinator(at: [address]) { client in try await client.task("nope") }
      }
      #expect(error?.code == .notFound)
      #expect(error?.message == "there is no task 'nope'")
    }
  }

  @Test func submitsManyAndReadsBack() async throws {
    try await withStandIn(StandInCoordinator { _ in .done(Data(count: 300_000)) }) { coordinator, address in
      try await withCoordinator(at: [address]) { client in
        let tasks = (1...2300).map { number in
          Muster_V1_TaskSpec.with {
            $0.id = "t\(number)"
            $0.kind = "k"
          }
        }
        let answers = try await client.submit(tasks)
        #expect(answers.map(\.id) == tasks.map(\.id))
        #expect(coordinator.largestRequest == 1000)
        let again = try await client.submit([tasks[0]])
        #expect(again.first?.existing == true)
        #expect(try await client.result(of: "t1").count == 300_000)
        #expect(try await client.cancel((1...1500).map { "t\($0)" }).count == 1500)
      }
    }
  }

  @Test func takesInputsOfTheLargestSize() async throws {
    try await withStandIn { coordinator, address in
      try await withCoordinator(at: [address]) { client in
        let input = Data(count: 16 << 20)
        let answers = try await client.submit([
          .with {
            $0.id = "large"
            $0.kind = "k"
            $0.input = input
          }
        ])
        #expect(answers.first?.hasProblem == false)
        let read = Guarded(0)
        try await client.input(of: "large") { part in read.with { $0 += part.count } }
        #expect(read.value == input.count)
      }
    }
  }

  @Test func watchesTasksOverABrokenStream() async throws {
    try await withStandIn { coordinator, address in
      _ = coordinator.submitForTest(["a", "b", "c"])
      coordinator.cut(afterEnds: 1)
      let ended = Guarded<[String]>([])
      let watch = Task {
        try await TaskWatch(Reconnecting(to: [address])).ends(of: ["a", "b", "c", "a"]) { end in
          ended.with { $0.append(end.id) }
        }
      }
      try await until { coordinator.followers == 1 }
      coordinator.end("b", as: .done("1"))
      try await until { ended.value == ["b"] }
      coordinator.end("a", as: .failed("no"))
      coordinator.end("c", as: .done("1"))
      try await watch.value
      #expect(ended.value.sorted() == ["a", "b", "c"])
    }
  }

  @Test func namesTasksThatDoNotExist() async throws {
    try await withStandIn { coordinator, address in
      _ = coordinator.submitForTest(["a"])
      let error = await #expect(throws: APIError.self) {
        try await TaskWatch(Reconnecting(to: [address])).ends(of: ["a", "x", "y"]) { _ in }
      }
      #expect(error?.code == .notFound)
      #expect(error?.message.contains("'x', 'y'") == true)
    }
  }
}
