import CoordinatorAPI
import Foundation
import MusterCore
import TaskModel
import TaskStore
import Testing

@testable import Coordinator

@Suite("A coordinator's status", .timeLimit(.minutes(2)))
struct StatusTests {
  private func status(_ fixture: Fixture) async throws -> Muster_V1_GetStatusResponse {
    try await fixture.api.getStatus(.with { $0.withCounts = true })
  }

  @Test("While the store fails the status is answered, without counts, and says why")
  func failing() async throws {
    try await withCoordinator { fixture in
      try await fixture.submit("work", id: "a")
      #expect(try await status(fixture).tasksByState == ["queued": 1])
      fixture.store.fail(true)
      let away = try await status(fixture)
      #expect(away.storeAway && away.tasksByState.isEmpty && away.build == MusterBuild.version)
      #expect(away.problems == ["the store is closed; the coordinator is stopping"])
      // A client's greeting succeeds, too: the call after it says what is wrong.
      #expect(try await fixture.api.getStatus(.init()).storeAway)
      fixture.store.fail(false)
      let back = try await status(fixture)
      #expect(!back.storeAway && back.problems.isEmpty && back.coordinators.isEmpty)
    }
  }

  @Test("What the store says of its outage is believed: it is not asked")
  func outage() async throws {
    try await withCoordinator { fixture in
      fixture.store.say(outage: "the database is away since 12 s")
      let away = try await status(fixture)
      #expect(away.storeAway && away.problems == ["the database is away since 12 s"])
    }
  }

  @Test("Each of several coordinators names all of them, and which one answers")
  func coordinators() async throws {
    try await withTwoCoordinators { a, b, _ in
      let worker = try await a.worker("w", slots: 3)
      for (fixture, own, onDuty) in [(a, "c1:50055", true), (b, "c2:50055", false)] {
        let status = try await status(fixture)
        #expect(status.coordinators.map(\.address).sorted() == ["c1:50055", "c2:50055"])
        #expect(status.coordinators.filter(\.isThis).map(\.address) == [own])
        #expect(status.coordinators.first { $0.isThis }?.onDuty == onDuty)
        #expect(status.workers == 1 && status.slots == 3)
      }
      _ = worker
    }
  }

  @Test("Tasks that were kept long enough go in as many steps as it takes, not a thousand in ten seconds")
  func retention() async throws {
    let kind = KindDefinition(name: "work", keep: .seconds(5))
    try await withCoordinator(kinds: [kind]) { fixture in
      let ids = (0..<2500).map { "t\($0)" }
      try await fixture.submit(ids.map { task("work", id: $0) })
      _ = try await fixture.api.cancelTasks(.with { $0.ids = ids })
      // One step every ten seconds would take half a minute.
      try await fixture.time.pass(.seconds(25)) {
        try await !fixture.api.countTasks(.init()).kinds.flatMap(\.byState).isEmpty
      }
      #expect(try await fixture.api.countTasks(.init()).kinds.flatMap(\.byState).isEmpty)
      #expect(fixture.store.expired.filter { $0 > 0 } == [1000, 1000, 500])
    }
  }

  @Test("What a verifier prints for a valid result goes to the store as its public input, byte for byte")
  func publicInput() async throws {
    let script = #"printf 'in\0put\n'; r=$(cat "$1"); [ "$r" = good ]"#
    let kind = Verifiers.kind(verifier: ["/bin/sh", "-c", script, "sh", "{result}"])
    try await withCoordinator(kinds: [kind]) { fixture in
      let input = Data("in\0put\n".utf8)
      let worker = try await fixture.worker("w", kinds: ["proof"])
      try await fixture.submit("proof", id: "a")
      try await worker.end(worker.assignment(), result: "good")
      try await fixture.waitFor(.done, "a")
      #expect(fixture.store.judged.map(\.publicInput) == [input])
      worker.send { $0.draining = true }
      try await worker.leave()
      let reported = Guarded<[Data?]>([])
      fixture.store.beforeExchange { exchange in
        reported.change { $0 += exchange.ends.map(\.publicInput) }
      }
      try await fixture.submit("proof", id: "b")
      _ = try await fixture.poll("p")
      #expect(try await fixture.prove("p", "b", "good"))
      #expect(reported.value == [input])
    }
  }
}
