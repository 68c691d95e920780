import CoordinatorAPI
import Foundation
import MusterCore
import TaskModel
import Testing

@testable import Coordinator

@Suite("Verification", .timeLimit(.minutes(3)))
struct VerificationTests {
  @Test("A valid result is taken; the worker's slot was free while it was judged")
  func valid() async throws {
    try await withFolder { folder in
      let kind = Verifiers.kind(verifier: Verifiers.waiting(at: "\(folder)/v"))
      try await withCoordinator(kinds: [kind]) { fixture in
        let worker = try await fixture.worker("w", kinds: ["proof"])
        try await fixture.submit("proof", id: "a")
        try await fixture.submit("proof", id: "b")
        #expect(try await worker.end(worker.assignment(), result: "good") == .verifying)
        #expect(try await worker.assignment().taskID == "b")
        #expect(try await fixture.state("a") == .verifying)
        try await eventually("the verifier runs") { exists("\(folder)/v") }
        #expect(try await fixture.why("a").hasPrefix("verifying: its result is stored since"))
        touch("\(folder)/v.go")
        try await fixture.waitFor(.done, "a")
        #expect(try await fixture.result("a") == Data("good".utf8))
      }
    }
  }

  @Test("A verifier runs in its kind's sandbox", .enabled(if: geteuid() == 0, "only root can change users"))
  func sandboxed() async throws {
    var kind = Verifiers.kind(
      verifier: ["/bin/sh", "-c", #"[ "$(id -u) $(cat "$1")" = "4242 good" ]"#, "sh", "{result}"])
    kind.sandbox = Sandbox(.user, user: "4242")
    try await withCoordinator(kinds: [kind]) { fixture in
      let worker = try await fixture.worker("w", kinds: ["proof"])
      try await fixture.submit("proof", id: "a")
      #expect(try await worker.end(worker.assignment(), result: "good") == .verifying)
      try await fixture.waitFor(.done, "a")
    }
  }

  @Test("An invalid result uses up an attempt, counts against the worker, and another worker proves it")
  func invalid() async throws {
    try await withCoordinator(kinds: [Verifiers.kind()]) { fixture in
      let cheat = try await fixture.worker("cheat", kinds: ["proof"])
      try await fixture.submit("proof", id: "a")
      let assignment = try await cheat.assignment()
      cheat.start(assignment)
      #expect(try await cheat.end(assignment, result: "bad") == .verifying)
      try await fixture.waitFor(.waiting, "a")
      #expect(try await fixture.why("a").hasPrefix("backoff: 1 of 5 attempts failed (the last one: "))
      #expect(try await fixture.detail("a").attempts.map(\.outcome) == ["invalid"])
      let honest = try await fixture.worker("honest", kinds: ["proof"])
      try await fixture.pass(.milliseconds(500), heartbeatsOf: [cheat, honest])
      try await honest.end(honest.assignment(), result: "good")
      try await fixture.waitFor(.done, "a")
      #expect(!cheat.hasMore)
      let workers = try await fixture.api.listWorkers(.init()).workers
      #expect(workers.map(\.name) == ["cheat", "honest"])
      #expect(workers.map(\.invalid) == [1, 0] && workers.map(\.done) == [0, 1])
    }
  }

  @Test("Two invalid results set a worker aside; 'worker resume' takes it back; after 10 minutes one trial decides")
  func setAside() async throws {
    try await withCoordinator(kinds: [Verifiers.kind(), KindDefinition(name: "work")]) { fixture in
      let cheat = try await fixture.worker("cheat", kinds: ["proof", "work"])
      for id in ["a", "b"] {
        try await fixture.submit("proof", id: id)
        try await cheat.end(cheat.assignment(), result: "bad")
        try await fixture.waitFor(.waiting, id)
      }
      try await fixture.pass(.seconds(1), heartbeatsOf: [cheat])
      #expect(!cheat.hasMore)
      #expect(
        try await fixture.why("a").hasPrefix(
          "set_aside: every worker that serves the kind 'proof' is set aside for its failures (cheat); take one back"))
      let summary = try #require(try await fixture.api.listWorkers(.init()).workers.first)
      #expect(summary.setAside.map(\.kind) == ["proof"])
      #expect(summary.setAside.first?.reason == "2 of its results for kind 'proof' were invalid")
      #expect(fixture.log.lines.contains { $0.hasPrefix("warning set aside: 2 of its results") })
      // Set aside for that kind only.
      try await fixture.submit("work", id: "other")
      try await cheat.end(cheat.assignment())
      // It does not come clean by connecting anew.
      await cheat.drop()
      let back = try await fixture.connect(Fixture.hello("cheat", kinds: ["proof", "work"], generation: 2))
      try await fixture.pass(.seconds(1), heartbeatsOf: [back])
      #expect(!back.hasMore)
      let resumed = try await fixture.api.resumeWorker(.with { $0.name = "cheat" })
      #expect(resumed.setAside.isEmpty)
      try await fixture.pass(.milliseconds(500), heartbeatsOf: [back])
      #expect(try await back.assignment().taskID == "a")
    }
  }

  @Test("A trial is one task at a time until its result was judged")
  func trial() async throws {
    try await withFolder { folder in
      let slow = [
        "/bin/sh", "-c",
        #"r=$(cat "$2"); [ "$r" = bad ] && exit 1; while [ ! -e "$1" ]; do sleep 0.02; done"#, "sh", "\(folder)/go",
        "{result}",
      ]
      try await withCoordinator(kinds: [Verifiers.kind(verifier: slow)]) { fixture in
        let cheat = try await fixture.worker("cheat", kinds: ["proof"], slots: 4)
        for id in ["a", "b"] {
          try await fixture.submit("proof", id: id)
          try await cheat.end(cheat.assignment(), result: "bad")
          try await fixture.waitFor(.waiting, id)
        }
        try await fixture.pass(.seconds(601), heartbeatsOf: [cheat])
        let trial = try await cheat.assignment()
        #expect(try await cheat.end(trial, result: "good") == .verifying)
        try await fixture.pass(.seconds(1), heartbeatsOf: [cheat])
        #expect(!cheat.hasMore, "it got a second task before the first of its trial was judged")
        touch("\(folder)/go")
        try await fixture.waitFor(.done, trial.taskID)
        try await fixture.pass(.seconds(1), heartbeatsOf: [cheat])
        #expect(try await cheat.assignment().taskID != trial.taskID)
      }
    }
  }

  @Test("A verifier that fails is tried 5 times and never held against the worker; 'task retry' begins anew")
  func verifierError() async throws {
    try await withFolder { folder in
      let kind = Verifiers.kind(verifier: Verifiers.failing(until: "\(folder)/mended"))
      try await withCoordinator(kinds: [kind]) { fixture in
        let worker = try await fixture.worker("w", kinds: ["proof"])
        try await fixture.submit("proof", id: "a")
        try await worker.end(worker.assignment(), result: "r")
        try await fixture.time.pass(.seconds(120)) {
          worker.send { _ in }
          return fixture.verification.stuckReason(TaskID(trusted: "a")) == nil
        }
        #expect(try await fixture.state("a") == .verifying)
        let why = try await fixture.why("a")
        #expect(why.hasPrefix("verifier_failed: its verifier failed 5 times ("))
        #expect(why.hasSuffix("); mend the verifier, then 'muster task retry a'"))
        #expect(try await fixture.api.listWorkers(.init()).workers.map(\.invalid) == [0])
        touch("\(folder)/mended")
        let answer = try await fixture.api.retryTasks(.with { $0.ids = ["a"] }).answers
        #expect(answer.map(\.changed) == [true] && answer.map(\.state) == [.verifying])
        try await fixture.waitFor(.done, "a")
        #expect(try await fixture.detail("a").summary.attempts == 1)
      }
    }
  }

  @Test("While one kind's broken verifier rests, those of others go on")
  func brokenBesideGood() async throws {
    let broken = Verifiers.kind("broken", verifier: ["/bin/sh", "-c", "exit 2"])
    try await withCoordinator(kinds: [broken, Verifiers.kind()]) { fixture in
      let worker = try await fixture.worker("w", kinds: ["broken", "proof"], slots: 2)
      try await fixture.submit("broken", id: "a")
      try await worker.end(worker.assignment(), result: "r")
      try await eventually("the verifier has failed") { fixture.time.hasSleepers(within: .milliseconds(500)) }
      try await fixture.submit("proof", id: "b")
      try await worker.end(worker.assignment(), result: "good")
      // The clock stands still, so nothing that rests is over.
      try await fixture.waitFor(.done, "b")
      #expect(try await fixture.state("a") == .verifying)
    }
  }

  @Test("A result whose kind has left the file is not forgotten: 'task why' names what is missing")
  func kindGone() async throws {
    try await withFolder { state in
      let time = TestTime()
      let kind = Verifiers.kind(verifier: Verifiers.failing(until: "\(state)/never"))
      try await withCoordinator(kinds: [kind], state: state, time: time) { fixture in
        let worker = try await fixture.worker("w", kinds: ["proof"])
        try await fixture.submit("proof", id: "a")
        #expect(try await worker.end(worker.assignment(), result: "r") == .verifying)
      }
      try await withCoordinator(kinds: [], state: state, time: time) { fixture in
        try await fixture.time.pass(.seconds(120)) { fixture.verification.stuckReason(TaskID(trusted: "a")) == nil }
        #expect(try await fixture.state("a") == .verifying)
        #expect(try await fixture.why("a").contains("the coordinator's file has no verifier for the kind 'proof'"))
      }
    }
  }

  @Test("What was not judged at a stop is judged after the next start")
  func restart() async throws {
    try await withFolder { state in
      let time = TestTime()
      let kind = Verifiers.kind(verifier: Verifiers.waiting(at: "\(state)/v"))
      try await withCoordinator(kinds: [kind], state: state, time: time) { fixture in
        let worker = try await fixture.worker("w", kinds: ["proof"])
        try await fixture.submit("proof", id: "a", input: "i")
        #expect(try await worker.end(worker.assignment(), result: "r") == .verifying)
        try await eventually("the verifier runs") { exists("\(state)/v") }
      }
      try await withCoordinator(kinds: [kind], state: state, time: time) { fixture in
        #expect(try await fixture.state("a") == .verifying)
        touch("\(state)/v.go")
        try await fixture.waitFor(.done, "a")
        #expect(try await fixture.result("a") == Data("r".utf8))
      }
    }
  }

  @Test("A late result that the verifier passes is taken, is said to be late, and stops the attempt that is under way")
  func late() async throws {
    try await withCoordinator(kinds: [Verifiers.kind()]) { fixture in
      let slow = try await fixture.worker("slow", kinds: ["proof"])
      try await fixture.submit("proof", id: "a")
      let lost = try await slow.assignment()
      let other = try await fixture.worker("other", kinds: ["proof"])
      try await fixture.pass(.milliseconds(3500), heartbeatsOf: [other])
      let current = try await other.assignment()
      other.start(current)
      var hello = Fixture.hello("slow", kinds: ["proof"], generation: 2)
      hello.attempts = [lost.attempt(started: true)]
      let back = try await fixture.connect(hello)
      #expect(back.welcome.stale.isEmpty, "its result may still be of use")
      #expect(try await back.end(lost, result: "good") == .verifying)
      try await fixture.waitFor(.done, "a")
      let stop = try #require(try await other.stops().first)
      #expect(stop.number == current.number)
      #expect(try await other.end(current, .cancelled) == .discarded)
      let summary = try await fixture.detail("a").summary
      #expect(summary.late && summary.worker == "slow")
      #expect(fixture.log.lines.contains { $0.contains("took the late result") })
    }
  }

  @Test("A late result that the verifier refuses changes nothing")
  func lateInvalid() async throws {
    try await withCoordinator(kinds: [Verifiers.kind()]) { fixture in
      let slow = try await fixture.worker("slow", kinds: ["proof"])
      try await fixture.submit("proof", id: "a")
      let lost = try await slow.assignment()
      let other = try await fixture.worker("other", kinds: ["proof"])
      try await fixture.pass(.milliseconds(3500), heartbeatsOf: [other])
      let current = try await other.assignment()
      var hello = Fixture.hello("slow", kinds: ["proof"], generation: 2)
      hello.attempts = [lost.attempt(started: true)]
      let back = try await fixture.connect(hello)
      #expect(try await back.end(lost, result: "bad") == .verifying)
      try await eventually("it was judged") {
        try await fixture.api.listWorkers(.init()).workers.contains { $0.name == "slow" && $0.invalid == 1 }
      }
      #expect(try await fixture.state("a") == .running)
      #expect(try await other.end(current, result: "good") == .verifying)
      try await fixture.waitFor(.done, "a")
      #expect(try await fixture.detail("a").summary.worker == "other")
    }
  }

  @Test("Never more verifiers at a time than there are slots for them, whoever brings the results")
  func bounded() async throws {
    try await withFolder { folder in
      let counting = [
        "/bin/sh", "-c",
        #"mkdir "$1/$$"; ls "$1" | wc -l >>"$2"; sleep 0.05; rmdir "$1/$$""#, "sh", "\(folder)/now", "\(folder)/most",
      ]
      try FileManager.default.createDirectory(atPath: "\(folder)/now", withIntermediateDirectories: true)
      let kind = Verifiers.kind(verifier: counting)
      try await withCoordinator(kinds: [kind], configure: { $0.verifySlots = 2 }) { fixture in
        try await fixture.submit((0..<8).map { task("proof", id: "t\($0)") })
        let worker = try await fixture.worker("w", kinds: ["proof"], slots: 8)
        let assignments = try await worker.assignments(8)
        worker.send { $0.draining = true }
        worker.send { $0.ends = assignments.map { $0.end(.done, result: "r") } }
        try await fixture.submit((8..<16).map { task("proof", id: "t\($0)") })
        try await withThrowingTaskGroup(of: Void.self) { group in
          for number in 0..<8 {
            group.addTask {
              let task = try await fixture.poll("p\(number)")
              #expect(try await fixture.prove("p\(number)", task.id, "r"))
            }
          }
          try await group.waitForAll()
        }
        try await eventually("all are done") {
          try await fixture.api.countTasks(.init()).kinds.first?.byState["done"] == 16
        }
        let counts = try String(contentsOfFile: "\(folder)/most", encoding: .utf8).split(separator: "\n").map {
          Int($0.trimmingCharacters(in: .whitespaces)) ?? 99
        }
        #expect(counts.count == 16 && counts.max() ?? 99 <= 2)
      }
    }
  }
}
