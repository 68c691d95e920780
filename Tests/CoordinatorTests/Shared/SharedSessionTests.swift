import CoordinatorAPI
import Foundation
import GRPCCore
import MusterCore
import TaskModel
import Testing

@testable import Coordinator

@Suite("A worker's session over two coordinators", .timeLimit(.minutes(2)))
struct SharedSessionTests {
  /// Greets on `fixture` as the next connection of a process that has `attempts`.
  private func moved(
    _ name: String = "w", to fixture: Fixture, generation: UInt64, with attempts: [Muster_V1_Assignment] = []
  ) async throws -> HandWorker {
    var hello = Fixture.hello(name, session: 1, generation: generation)
    hello.attempts = attempts.map { $0.attempt(started: true) }
    return try await fixture.connect(hello)
  }

  @Test("A worker goes to another coordinator and keeps its running task; its stream at the first one is closed")
  func moves() async throws {
    try await withTwoCoordinators { a, b, shared in
      let first = try await moved(to: a, generation: 1)
      try await a.submit("work", id: "t")
      let assignment = try await first.assignment()
      first.start(assignment)
      try await eventually("it runs") { try await a.why("t").hasPrefix("running") }
      let second = try await moved(to: b, generation: 2, with: [assignment])
      #expect(second.welcome.stale.isEmpty)
      try await a.pass(.milliseconds(200), heartbeatsOf: [second])
      #expect(await first.next() == nil, "the stream at the first coordinator goes on")
      #expect(a.context.registry.live("w") == nil && shared.row("w")?.row.coordinator == 2)
      try await a.pass(.seconds(5), heartbeatsOf: [second])
      #expect(try await second.end(assignment, result: "r") == .committed)
      #expect(try await a.detail("t").attempts.map(\.outcome) == ["done"])
      // What is submitted through the first goes to the worker at the second.
      try await a.submit("work", id: "u")
      #expect(try await second.assignment().taskID == "u")
      #expect(!a.log.lines.contains { $0.contains("silent") })
    }
  }

  @Test("An older connection is refused by the store wherever it goes, and another process of the same name too")
  func refusals() async throws {
    try await withTwoCoordinators { a, b, _ in
      let first = try await moved(to: a, generation: 5)
      let older = await b.refused(.alreadyExists, Fixture.hello("w", session: 1, generation: 5))
      #expect(older.contains("number 5, but number 5 was there before"))
      let other = await b.refused(.alreadyExists, Fixture.hello("w", session: 2))
      #expect(other.hasPrefix("a worker named 'w' is connected already"))
      try await b.submit("work", id: "t")
      try await first.end(first.assignment())
    }
  }

  @Test("Back at the first coordinator before it heard that the worker had gone: the stream stays")
  func thereAndBack() async throws {
    try await withTwoCoordinators { a, b, shared in
      _ = try await moved(to: a, generation: 1)
      _ = try await moved(to: b, generation: 2)
      let third = try await moved(to: a, generation: 3)
      // Told late, and once more.
      shared.tell(1) { $0.gone = ["w"] }
      try await a.pass(.seconds(1), heartbeatsOf: [third])
      try await a.submit("work", id: "t")
      try await third.end(third.assignment())
      #expect(b.context.registry.live("w") == nil)
    }
  }

  @Test("What the store answers about a connection does not close the worker's next one")
  func answerAboutTheOneBefore() async throws {
    try await withTwoCoordinators { a, _, _ in
      func session(generation: UInt64) throws -> WorkerSession {
        let hello = Fixture.hello("w", session: 1, generation: generation)
        return WorkerSession(facts: try WorkerFacts.from(hello, at: a.time.timestamp()).get(), context: a.context)
      }
      let registry = a.context.registry
      let first = try session(generation: 1)
      #expect(registry.admit(first))
      let asked = registry.renewals()
      let second = try session(generation: 2)
      #expect(registry.admit(second) && first.wasClosedHere)
      #expect(registry.drop(["w"], asked: asked).isEmpty)
      #expect(registry.live("w") === second && !second.wasClosedHere)
      #expect(!registry.admit(try session(generation: 1)), "let in late")
      #expect(registry.disconnected(first, said: false) == nil)
      #expect(registry.drop(["w"], asked: registry.renewals()) == ["w"])
      #expect(registry.live("w") == nil && second.wasClosedHere)
    }
  }

  @Test("A worker that is heard lives on; one that is silent loses its task by the store's word, not before")
  func silence() async throws {
    try await withTwoCoordinators { a, b, shared in
      let silent = try await moved("silent", to: a, generation: 1)
      try await a.submit("work", id: "t")
      _ = try await silent.assignment()
      let other = try await moved("other", to: b, generation: 1)
      try await a.pass(.milliseconds(2800), heartbeatsOf: [other])
      #expect(try await a.detail("t").summary.worker == "silent")
      try await a.pass(.milliseconds(900), heartbeatsOf: [other])
      let taken = try await other.assignment()
      #expect(taken.taskID == "t" && taken.attempt == 2)
      #expect(try await a.detail("t").attempts.map(\.error).first == "its worker was silent for 3 heartbeats")
      #expect(await silent.next() == nil && shared.row("silent") == nil)
      try await a.pass(.seconds(10), heartbeatsOf: [other])
      #expect(try await other.end(taken) == .committed)
    }
  }

  @Test("Another process takes over at another coordinator once the connection broke: what the one before held is lost")
  func startedAnew() async throws {
    try await withTwoCoordinators { a, b, shared in
      let first = try await moved(to: a, generation: 1)
      try await a.submit("work", id: "t")
      let assignment = try await first.assignment()
      first.start(assignment)
      try await eventually("it runs") { try await a.why("t").hasPrefix("running") }
      await first.drop()
      try await eventually("the store knows that it broke") { shared.row("w")?.state.connected == false }
      #expect(try await b.api.listWorkers(.init()).workers.map(\.state) == ["grace"])
      let second = try await b.connect(Fixture.hello("w", session: 2))
      #expect(shared.row("w")?.row.session == 2)
      #expect(
        try await a.why("t").hasPrefix("backoff: 1 of 3 attempts failed (the last one: its worker was started anew)"))
      try await a.pass(.milliseconds(400), heartbeatsOf: [second])
      #expect(try await second.assignment().attempt == 2)
    }
  }

  @Test("That a connection broke while the store was away is told afterwards")
  func toldLater() async throws {
    try await withTwoCoordinators { a, b, shared in
      let first = try await moved(to: a, generation: 1)
      try await a.pass(.milliseconds(500), heartbeatsOf: [first])
      a.store.fail(true)
      await first.drop()
      try await eventually("it has gone") { a.context.registry.live("w") == nil }
      #expect(shared.row("w")?.state.connected == true)
      a.store.fail(false)
      try await a.pass(.milliseconds(700))
      #expect(shared.row("w")?.state.connected == false)
      _ = try await b.connect(Fixture.hello("w", session: 2))
    }
  }

  @Test("A coordinator dies: its worker goes to the other, keeps its task, and what it was never told is queued again")
  func coordinatorDies() async throws {
    try await withTwoCoordinators { a, b, _ in
      let first = try await a.connect(Fixture.hello("w", slots: 2, session: 1))
      try await a.submit("work", id: "runs")
      let runs = try await first.assignment()
      try await a.submit("work", id: "unheard")
      _ = try await first.assignment()
      a.store.fail(true)
      await first.drop()
      var hello = Fixture.hello("w", slots: 2, session: 1, generation: 2)
      hello.attempts = [runs.attempt(started: true)]
      let second = try await b.connect(hello)
      let again = try await second.assignment()
      #expect(again.taskID == "unheard" && again.attempt == 2)
      try await b.pass(.seconds(5), heartbeatsOf: [second])
      #expect(try await second.end(runs, result: "r") == .committed)
      #expect(try await second.end(again, result: "r") == .committed)
    }
  }

  @Test("What the next coordinator has handed out is not taken for lost by one that was slow to let the worker in")
  func slowGreeting() async throws {
    try await withTwoCoordinators { a, b, shared in
      let first = try await moved(to: a, generation: 1)
      try await a.submit("work", id: "t")
      let assignment = try await first.assignment()
      let (held, holding) = AsyncStream<Void>.makeStream()
      let (going, go) = AsyncStream<Void>.makeStream()
      // The greeting of the second connection, which knows nothing of the task, stands still in the middle.
      a.store.beforeHeld {
        holding.yield()
        _ = await going.first { _ in true }
      }
      async let slow = a.refused(.unavailable, Fixture.hello("w", session: 1, generation: 2))
      _ = await held.first { _ in true }
      let third = try await moved(to: b, generation: 3, with: [assignment])
      go.yield()
      #expect(await slow == "worker 'w' has connected anew meanwhile")
      #expect(try await third.end(assignment, result: "r") == .committed)
      #expect(try await b.detail("t").attempts.count == 1)
      #expect(shared.row("w")?.row.coordinator == 2)
    }
  }

  @Test("A worker says goodbye: it is gone at once, everywhere")
  func goodbye() async throws {
    try await withTwoCoordinators { a, b, shared in
      let worker = try await moved(to: a, generation: 1)
      worker.send { $0.draining = true }
      try await eventually("it drains") { try await b.api.listWorkers(.init()).workers.first?.state == "draining" }
      try await worker.leave()
      try await eventually("it is gone") { shared.row("w") == nil }
      #expect(try await b.api.listWorkers(.init()).workers.isEmpty)
    }
  }

  @Test("The end of a draining worker's old stream is not its goodbye once it has gone to another coordinator")
  func noGoodbye() async throws {
    try await withTwoCoordinators { a, b, shared in
      let first = try await moved(to: a, generation: 1)
      try await a.submit("work", id: "t")
      let assignment = try await first.assignment()
      first.send { $0.draining = true }
      try await eventually("it drains") { shared.row("w")?.row.accepting == false }
      let second = try await moved(to: b, generation: 2, with: [assignment])
      try? await first.leave()
      #expect(shared.row("w")?.row.generation == 2 && shared.row("w")?.state.connected == true)
      #expect(try await second.end(assignment, result: "r") == .committed)
    }
  }

  @Test("An outage of the shared store costs no session")
  func outage() async throws {
    try await withTwoCoordinators { a, b, _ in
      let worker = try await moved(to: a, generation: 1)
      try await a.submit("work", id: "t")
      let assignment = try await worker.assignment()
      for fixture in [a, b] { fixture.store.fail(true) }
      try await a.pass(.seconds(10), heartbeatsOf: [worker])
      for fixture in [a, b] { fixture.store.fail(false) }
      try await a.pass(.seconds(2), heartbeatsOf: [worker])
      #expect(try await worker.end(assignment, result: "r") == .committed)
      #expect(a.log.lines.count { $0.contains("the sessions of workers wait for the store") } == 1)
    }
  }

  @Test("At a start nobody is expected: the store has the sessions of all who hold something")
  func start() async throws {
    try await withTwoCoordinators { a, b, _ in
      let worker = try await moved(to: a, generation: 1)
      try await a.submit("work", id: "t")
      let assignment = try await worker.assignment()
      try await b.service.prepare()
      #expect(b.context.registry.all.isEmpty)
      try await a.pass(.seconds(5), heartbeatsOf: [worker])
      #expect(try await worker.end(assignment, result: "r") == .committed)
    }
  }
}
