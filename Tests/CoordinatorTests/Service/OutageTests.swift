import CoordinatorAPI
import Foundation
import MusterCore
import Synchronization
import TaskModel
import TaskStore
import Testing

@testable import Coordinator

/// The store fails for a while, as on a full disk: nothing is acknowledged, and nothing is lost or stuck afterwards.
@Suite("An outage of the store", .timeLimit(.minutes(2)))
struct OutageTests {
  @Test("A submission is refused with a sentence; the same again is taken afterwards")
  func submission() async throws {
    try await withCoordinator { fixture in
      fixture.store.fail(true)
      let sentence = await refusal(.unavailable) {
        _ = try await fixture.api.submitTasks(.with { $0.tasks = [task("work", id: "a")] })
      }
      #expect(!sentence.isEmpty && !sentence.contains("\n"))
      fixture.store.fail(false)
      let answer = try await fixture.submit("work", id: "a")
      #expect(!answer.existing)
    }
  }

  @Test("A worker's reports wait and are taken afterwards, its log too; its session does not end meanwhile")
  func reports() async throws {
    try await withCoordinator { fixture in
      let worker = try await fixture.worker("w")
      try await fixture.submit("work", id: "a")
      let assignment = try await worker.assignment()
      fixture.store.fail(true)
      worker.send {
        $0.started = [assignment.attempt(started: true)]
        $0.ends = [assignment.end(.done, result: "r")]
        $0.logs = [
          .with {
            $0.epoch = assignment.epoch
            $0.number = assignment.number
            $0.text = Data("a line".utf8)
          }
        ]
      }
      try await fixture.pass(.seconds(10), heartbeatsOf: [worker])
      #expect(fixture.log.lines.contains { $0.contains("did not take a worker's reports") })
      fixture.store.fail(false)
      try await fixture.pass(.seconds(1), heartbeatsOf: [worker])
      #expect(try await worker.answer(to: assignment) == .committed)
      let log = try await fixture.api.readLogs(.with { $0.id = "a" }) { response in
        var text = Data()
        for try await part in response.messages { text += part.text }
        return text
      }
      #expect(log == Data("a line".utf8))
    }
  }

  @Test("A worker that falls silent during an outage loses its tasks after it")
  func silence() async throws {
    try await withCoordinator { fixture in
      let gone = try await fixture.worker("gone")
      try await fixture.submit("work", id: "a")
      _ = try await gone.assignment()
      await gone.drop()
      try await fixture.pass(.milliseconds(2900))
      // Its session ends in the very moment in which the store fails.
      fixture.store.fail(true)
      try await fixture.pass(.seconds(2))
      fixture.store.fail(false)
      let other = try await fixture.worker("other")
      try await fixture.pass(.seconds(5), heartbeatsOf: [other])
      #expect(try await other.assignment().taskID == "a")
    }
  }

  @Test("A lease of the original protocol that ends during an outage ends after it")
  func lease() async throws {
    try await withCoordinator(kinds: [Verifiers.kind(lease: .seconds(2))]) { fixture in
      try await fixture.submit("proof", id: "a")
      _ = try await fixture.poll("gone")
      fixture.store.fail(true)
      try await fixture.pass(.seconds(4))
      await refusal(.unavailable) { _ = try await fixture.poll("other") }
      fixture.store.fail(false)
      try await fixture.pass(.seconds(1))
      #expect(try await fixture.poll("other").id == "a")
    }
  }

  @Test("A task whose hand-out to a prover broke off in the middle goes back when its lease ends")
  func brokenPoll() async throws {
    try await withCoordinator(kinds: [Verifiers.kind(lease: .seconds(2))]) { fixture in
      try await fixture.submit("proof", id: "a")
      // The claim is kept, what comes after it is not.
      fixture.store.beforeExchange { exchange in if !exchange.started.isEmpty { fixture.store.fail(true) } }
      await refusal(.unavailable) { _ = try await fixture.poll("p") }
      fixture.store.beforeExchange(nil)
      fixture.store.fail(false)
      await refusal(.resourceExhausted) { _ = try await fixture.poll("p") }
      try await fixture.pass(.seconds(3))
      #expect(try await fixture.poll("p").id == "a")
    }
  }

  @Test("A prover whose first poll met an outage is served at its next")
  func firstPoll() async throws {
    try await withCoordinator(kinds: [Verifiers.kind()]) { fixture in
      try await fixture.submit("proof", id: "a")
      fixture.store.fail(true)
      await refusal(.unavailable) { _ = try await fixture.poll("p") }
      fixture.store.fail(false)
      #expect(try await fixture.poll("p").id == "a")
    }
  }

  @Test("What a stream claims while another takes its place goes back, and is not held by nobody")
  func claimOfReplacedStream() async throws {
    try await withCoordinator { fixture in
      let first = try await fixture.connect(Fixture.hello("w", session: 1, generation: 1))
      let (holding, held) = AsyncStream<Void>.makeStream()
      let (going, go) = AsyncStream<Void>.makeStream()
      let isFirst = Guarded(true)
      fixture.store.beforeExchange { exchange in
        guard exchange.claimLimit > 0, isFirst.value else { return }
        isFirst.change { $0 = false }
        held.yield()
        _ = await going.first { _ in true }
      }
      // Wakes the first stream, whose claim is then held back while the second one connects.
      try await fixture.submit("work", id: "a")
      _ = await holding.first { _ in true }
      fixture.store.beforeExchange { exchange in
        // The second one must find nothing: its own claim waits until the first one's is done.
        guard exchange.claimLimit > 0 else { return }
        try? await Task.sleep(for: .milliseconds(50))
      }
      async let second = fixture.connect(Fixture.hello("w", session: 1, generation: 2))
      try await eventually("the second has taken the place") {
        fixture.context.registry.live("w")?.facts.generation == 2
      }
      let connected = try await second
      go.yield()
      try await fixture.pass(.seconds(1), heartbeatsOf: [connected])
      #expect(try await connected.assignment().taskID == "a")
      _ = first
    }
  }
}
