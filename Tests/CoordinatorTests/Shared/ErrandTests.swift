import CoordinatorAPI
import GRPCCore
import MusterCore
import TaskModel
import Testing

@testable import Coordinator

@Suite("What is asked of another coordinator's worker", .timeLimit(.minutes(2)))
struct ErrandTests {
  @Test("A drain through any coordinator reaches the worker at the one that has it")
  func drain() async throws {
    try await withTwoCoordinators { a, b, shared in
      let worker = try await a.worker("w")
      let answer = try await b.api.drainWorker(.with { $0.name = "w" })
      #expect(answer.name == "w" && answer.state == "draining")
      try await worker.drains()
      try await eventually("it takes nothing more") { shared.row("w")?.row.accepting == false }
      try await b.submit("work", id: "t")
      try await a.pass(.seconds(1), heartbeatsOf: [worker])
      #expect(!worker.hasMore)
      #expect(try await b.why("t").hasPrefix("draining: "))
    }
  }

  @Test("Of a worker that nobody has: the sentence that says so")
  func nobody() async throws {
    try await withTwoCoordinators { _, b, _ in
      for call in [b.api.drainWorker, b.api.resumeWorker] as [Call] {
        let sentence = await refusal(.notFound) {
          _ = try await call(ClientRequest(message: .with { $0.name = "w" }), .defaults) { try $0.message }
        }
        #expect(sentence.hasPrefix("no worker is called 'w'"))
      }
    }
  }

  private typealias Call = (
    ClientRequest<Muster_V1_WorkerRequest>, CallOptions,
    @escaping @Sendable (ClientResponse<Muster_V1_WorkerSummary>) async throws -> Muster_V1_WorkerSummary
  ) async throws -> Muster_V1_WorkerSummary

  @Test("A worker that is between two connections, or has just gone to another coordinator, is told when it is there")
  func follows() async throws {
    try await withTwoCoordinators { a, b, shared in
      let first = try await a.connect(Fixture.hello("w", session: 1))
      await first.drop()
      try await eventually("in grace") { shared.row("w")?.state.connected == false }
      #expect(try await b.api.drainWorker(.with { $0.name = "w" }).state == "grace")
      let second = try await b.connect(Fixture.hello("w", session: 1, generation: 2))
      try await a.pass(.seconds(1), heartbeatsOf: [second])
      try await second.drains()
    }
  }

  @Test("Every coordinator lists the workers of all, with what their own coordinator knows of them")
  func list() async throws {
    try await withTwoCoordinators { a, b, _ in
      let one = try await a.worker("one", slots: 3)
      let two = try await b.worker("two")
      try await a.pass(.seconds(2), heartbeatsOf: [one, two])
      for fixture in [a, b] {
        let workers = try await fixture.api.listWorkers(.init()).workers
        #expect(workers.map(\.name) == ["one", "two"] && workers.map(\.slots) == [3, 1])
        #expect(workers.map(\.state) == ["connected", "connected"] && workers.map(\.build) == ["test", "test"])
        #expect(workers.allSatisfy { $0.connectedUnixMs > 0 })
        let now = fixture.time.timestamp().milliseconds
        #expect(workers.allSatisfy { (now - 700...now).contains($0.lastHeardUnixMs) })
      }
    }
  }
}
