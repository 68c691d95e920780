import CoordinatorAPI
import Foundation
import GRPCCore
import MusterCore
import TaskModel
import Testing

@testable import Coordinator

@Suite("A worker's session", .timeLimit(.minutes(2)))
struct WorkerSessionTests {
  @Test("A worker of another protocol is refused with both ranges and the cure")
  func otherProtocol() async throws {
    try await withCoordinator { fixture in
      var newer = Fixture.hello("w")
      newer.protocol = .with {
        $0.lowest = 2
        $0.highest = 3
      }
      newer.build = "9.9"
      #expect(
        await fixture.refused(.failedPrecondition, newer)
          == "the worker (muster 9.9) speaks versions 2 to 3 of the protocol and the coordinator (muster \(MusterBuild.version)) speaks version 1: upgrade the coordinator"
      )
      var older = Fixture.hello("w")
      older.protocol = .init()
      #expect(await fixture.refused(.failedPrecondition, older).hasSuffix(": upgrade the worker"))
    }
  }

  @Test("A greeting out of bounds is refused with a sentence")
  func badGreetings() async throws {
    try await withCoordinator { fixture in
      #expect(
        await fixture.refused(.invalidArgument, Fixture.hello("a/b"))
          .hasPrefix("the worker's name 'a/b' must be 1 to 128 characters"))
      for kinds in [["bad kind"], (0...256).map { "k\($0)" }] {
        let sentence = await fixture.refused(.invalidArgument, Fixture.hello("w", kinds: kinds))
        #expect(sentence.hasPrefix("a worker offers at most 256 kinds"))
      }
      for slots: UInt32 in [0, 65_536] {
        let sentence = await fixture.refused(.invalidArgument, Fixture.hello("w", slots: slots))
        #expect(sentence.hasPrefix("a worker offers 1 to 65535 slots"))
        #expect(sentence.contains("this one says \(slots) and 0"))
      }
    }
  }

  @Test("A second worker of a connected one's name is refused; so is an older connection of the same")
  func refusals() async throws {
    try await withCoordinator { fixture in
      let first = try await fixture.connect(Fixture.hello("w", session: 1, generation: 5))
      let other = await fixture.refused(.alreadyExists, Fixture.hello("w", session: 2))
      #expect(other.hasPrefix("a worker named 'w' is connected already; give this one another name"))
      for generation: UInt64 in [4, 5] {
        let sentence = await fixture.refused(
          .alreadyExists, Fixture.hello("w", session: 1, generation: generation))
        #expect(sentence.contains("number \(generation), but number 5 was there before"))
      }
      // The refused ones have cost the first one nothing.
      try await fixture.submit("work", id: "a")
      try await first.end(first.assignment())
    }
  }

  @Test("A later connection of the same session takes over, and the earlier stream ends")
  func takeover() async throws {
    try await withCoordinator { fixture in
      let first = try await fixture.connect(Fixture.hello("w", session: 1))
      try await fixture.submit("work", id: "a")
      let assignment = try await first.assignment()
      first.start(assignment)
      try await eventually("it runs") { try await fixture.why("a").hasPrefix("running") }
      var hello = Fixture.hello("w", session: 1, generation: 2)
      hello.attempts = [assignment.attempt(started: true)]
      let second = try await fixture.connect(hello)
      #expect(second.welcome.stale.isEmpty)
      #expect(await first.next() == nil, "the earlier stream goes on")
      #expect(try await second.end(assignment, result: "r") == .committed)
      try await fixture.submit("work", id: "b")
      try await second.end(second.assignment())
    }
  }

  @Test("Back after a broken connection: what runs goes on, what it never got is queued again, what is over is stale")
  func reconnection() async throws {
    try await withCoordinator { fixture in
      let first = try await fixture.worker("w", slots: 4)
      for id in ["runs", "lost", "ended", "cancelled"] { try await fixture.submit("work", id: id) }
      let held = try await first.assignments(4)
      let by = Dictionary(uniqueKeysWithValues: held.map { ($0.taskID, $0) })
      let runs = try #require(by["runs"])
      let ended = try #require(by["ended"])
      let cancelled = try #require(by["cancelled"])
      first.start(runs)
      try await first.end(ended, result: "r")
      await first.drop()
      _ = try await fixture.api.cancelTasks(.with { $0.ids = ["cancelled"] })
      try await eventually("the worker is in its grace") {
        try await fixture.api.listWorkers(.init()).workers.map(\.state) == ["grace"]
      }
      var hello = Fixture.hello("w", slots: 4, generation: 2)
      // It does not know that the coordinator has taken the end of 'ended'.
      hello.attempts = [runs.attempt(started: true), ended.attempt(started: true), cancelled.attempt(started: false)]
      let second = try await fixture.connect(hello)
      #expect(Set(second.welcome.stale.map(\.number)) == [ended.number, cancelled.number])
      let again = try await second.assignment()
      #expect(again.taskID == "lost" && again.attempt == 2)
      #expect(try await second.end(runs, result: "r") == .committed)
      #expect(try await second.end(again) == .committed)
      #expect(try await fixture.detail("lost").attempts.map(\.outcome) == ["lost", "done"])
    }
  }

  @Test("A worker that was started anew under its name gives up what its former self held")
  func startedAnew() async throws {
    try await withCoordinator { fixture in
      let first = try await fixture.connect(Fixture.hello("w", session: 1))
      var spec = task("work", id: "a")
      spec.maxAttempts = 2
      try await fixture.submit([spec])
      let assignment = try await first.assignment()
      first.start(assignment)
      try await eventually("it runs") { try await fixture.why("a").hasPrefix("running") }
      await first.drop()
      try await eventually("in grace") {
        try await fixture.api.listWorkers(.init()).workers.first?.state == "grace"
      }
      let second = try await fixture.connect(Fixture.hello("w", session: 2))
      // It had started, so it has used up an attempt and waits for its backoff.
      #expect(
        try await fixture.why("a").hasPrefix(
          "backoff: 1 of 2 attempts failed (the last one: its worker was started anew)"))
      try await fixture.pass(.milliseconds(400), heartbeatsOf: [second])
      #expect(try await second.assignment().attempt == 2)
    }
  }

  @Test("A worker that is silent for 3 heartbeats loses its task to another, not before, and its stream ends")
  func silence() async throws {
    try await withCoordinator { fixture in
      let silent = try await fixture.worker("silent")
      try await fixture.submit("work", id: "a")
      let lost = try await silent.assignment()
      let other = try await fixture.worker("other")
      try await fixture.pass(.milliseconds(2800), heartbeatsOf: [other])
      #expect(try await fixture.detail("a").summary.worker == "silent")
      try await fixture.pass(.milliseconds(400), heartbeatsOf: [other])
      let taken = try await other.assignment()
      #expect(taken.taskID == "a" && taken.attempt == 2)
      #expect(await silent.next() == nil, "the silent worker's stream goes on")
      _ = await silent.ending()
      #expect(fixture.log.lines.contains { $0.contains("a worker was silent for 3 heartbeats") })
      // It wakes and comes back: its attempt is stale, and its result is refused because nobody can verify it.
      var hello = Fixture.hello("silent", generation: 2)
      hello.attempts = [lost.attempt(started: true)]
      let back = try await fixture.connect(hello)
      #expect(back.welcome.stale.map(\.number) == [lost.number])
      #expect(try await back.end(lost, result: "late") == .stale)
      #expect(try await other.end(taken, result: "right") == .committed)
      #expect(try await back.end(lost, result: "late") == .discarded)
      #expect(try await fixture.result("a") == Data("right".utf8))
    }
  }

  @Test("Any frame keeps a session alive")
  func heartbeats() async throws {
    try await withCoordinator { fixture in
      let worker = try await fixture.worker("w")
      try await fixture.submit("work", id: "a")
      let assignment = try await worker.assignment()
      try await fixture.pass(.seconds(10), heartbeatsOf: [worker])
      #expect(try await worker.end(assignment) == .committed)
    }
  }

  @Test("A drained worker is told so, gets nothing more, and is gone when it leaves")
  func drain() async throws {
    try await withCoordinator { fixture in
      let worker = try await fixture.worker("w", slots: 2)
      try await fixture.submit("work", id: "a")
      let assignment = try await worker.assignment()
      let summary = try await fixture.api.drainWorker(.with { $0.name = "w" })
      #expect(summary.state == "draining" && summary.running.map(\.id) == ["a"])
      try await worker.drains()
      try await fixture.submit("work", id: "b")
      try await worker.end(assignment)
      try await fixture.pass(.seconds(1), heartbeatsOf: [worker])
      #expect(try await fixture.why("b").hasPrefix("draining: every worker that serves the kind 'work' is draining"))
      try await worker.leave()
      #expect(try await fixture.api.listWorkers(.init()).workers.isEmpty)
      #expect(try await fixture.why("b").hasPrefix("no_worker: no connected worker serves the kind 'work'"))
      let sentence = await refusal(.notFound) { _ = try await fixture.api.drainWorker(.with { $0.name = "w" }) }
      #expect(sentence == "no worker is called 'w'; 'muster worker list' shows those that are connected")
    }
  }

  @Test("A worker that says goodbye with tasks in hand gives them back at once")
  func leaving() async throws {
    try await withCoordinator { fixture in
      let worker = try await fixture.worker("w")
      try await fixture.submit("work", id: "a")
      _ = try await worker.assignment()
      worker.send { $0.draining = true }
      try await worker.leave()
      let other = try await fixture.worker("other")
      #expect(try await other.assignment().taskID == "a")
    }
  }

  @Test("What a worker holds survives a restart of the coordinator; who does not come back loses it after the grace")
  func restart() async throws {
    try await withFolder { state in
      let time = TestTime()
      let held = Guarded<[Muster_V1_Assignment]>([])
      try await withCoordinator(state: state, time: time) { fixture in
        for name in ["back", "gone"] {
          let worker = try await fixture.worker(name)
          try await fixture.submit("work", id: "of-\(name)")
          let assignment = try await worker.assignment()
          worker.start(assignment)
          held.change { $0.append(assignment) }
          try await eventually("it runs") { try await fixture.why("of-\(name)").hasPrefix("running") }
        }
      }
      try await withCoordinator(state: state, time: time) { fixture in
        #expect(try await fixture.state("of-back") == .running)
        #expect(try await fixture.state("of-gone") == .running)
        var hello = Fixture.hello("back", generation: 2)
        hello.attempts = [held.value[0].attempt(started: true)]
        let back = try await fixture.connect(hello)
        #expect(back.welcome.stale.isEmpty)
        // The epoch is another one, so no token of before repeats.
        try await fixture.submit("work", id: "new")
        #expect(try await back.end(held.value[0], result: "r") == .committed)
        let new = try await back.assignment()
        #expect(new.taskID == "new" && new.epoch != held.value[0].epoch)
        try await fixture.pass(.milliseconds(2500), heartbeatsOf: [back])
        #expect(try await fixture.state("of-gone") == .running)
        try await fixture.pass(.milliseconds(1500), heartbeatsOf: [back])
        #expect(try await fixture.detail("of-gone").attempts.map(\.outcome) == ["lost"])
      }
    }
  }
}
