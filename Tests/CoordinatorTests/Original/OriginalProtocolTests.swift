import CoordinatorAPI
import Foundation
import GRPCCore
import MusterCore
import TaskModel
import Testing

@testable import Coordinator

extension Fixture {
  func poll(_ prover: String, circuit: String = "proof") async throws -> Cluster_Task {
    try await original.pollTask(
      .with {
        $0.proverID = prover
        $0.circuit = circuit
      })
  }

  func prove(_ prover: String, _ task: String, _ proof: String, circuit: String = "proof") async throws -> Bool {
    try await original.submitProof(
      .with {
        $0.proverID = prover
        $0.taskID = task
        $0.circuit = circuit
        $0.proof = Data(proof.utf8)
      }
    ).valid
  }
}

@Suite("The original protocol", .timeLimit(.minutes(3)))
struct OriginalProtocolTests {
  @Test("Register answers the host's name and the time; its form is bounded")
  func register() async throws {
    try await withCoordinator(kinds: [Verifiers.kind()]) { fixture in
      let id = try await fixture.original.register(.with { $0.hostname = "host-7" }).proverID
      #expect(id == "host-7-\(fixture.time.timestamp().milliseconds)")
      let sentence = await refusal(.invalidArgument) {
        _ = try await fixture.original.register(.with { $0.hostname = String(repeating: "h", count: 257) })
      }
      #expect(sentence == "the hostname is over 256 bytes")
    }
  }

  @Test("Poll, prove, done: without work RESOURCE_EXHAUSTED; circuits match whatever the case of their letters")
  func proof() async throws {
    try await withCoordinator(kinds: [Verifiers.kind()]) { fixture in
      #expect(
        await refusal(.resourceExhausted) { _ = try await fixture.poll("p") } == "no task of circuit 'proof' is ready")
      try await fixture.submit("proof", id: "a", input: #"{"x": 3}"#)
      let task = try await fixture.poll("p", circuit: "PROOF")
      #expect(task.id == "a" && task.circuit == "PROOF" && task.input == Data(#"{"x": 3}"#.utf8) && !task.hasOutput)
      #expect(try await fixture.why("a").hasPrefix("running: it runs on worker 'p'"))
      await refusal(.resourceExhausted) { _ = try await fixture.poll("p") }
      #expect(try await fixture.prove("p", "a", "good", circuit: "Proof"))
      let summary = try await fixture.detail("a").summary
      #expect(summary.state == .done && summary.worker == "p")
      #expect(try await fixture.result("a") == Data("good".utf8))
      // The answer may have been lost: the same bytes again are valid still; others are not.
      #expect(try await fixture.prove("p", "a", "good"))
      #expect(try await !fixture.prove("p", "a", "bad"))
      let worker = try #require(try await fixture.api.listWorkers(.init()).workers.first)
      #expect(worker.name == "p" && worker.state == "original" && worker.done == 1)
    }
  }

  @Test("A proof that fails the verifier is valid=false, the prover keeps the task and may prove again")
  func invalidProof() async throws {
    try await withCoordinator(kinds: [Verifiers.kind()]) { fixture in
      try await fixture.submit("proof", id: "a")
      _ = try await fixture.poll("p")
      #expect(try await !fixture.prove("p", "a", "bad"))
      #expect(try await !fixture.prove("p", "a", ""))
      #expect(try await fixture.state("a") == .running)
      #expect(try await fixture.prove("p", "a", "good"))
      #expect(try await fixture.state("a") == .done)
      #expect(try await fixture.api.listWorkers(.init()).workers.map(\.invalid) == [2])
    }
  }

  @Test("A verifier that fails says nothing about the proof: UNAVAILABLE, submit again")
  func verifierError() async throws {
    try await withCoordinator(kinds: [Verifiers.kind()]) { fixture in
      try await fixture.submit("proof", id: "a")
      _ = try await fixture.poll("p")
      let sentence = await refusal(.unavailable) { _ = try await fixture.prove("p", "a", "error") }
      #expect(sentence.hasPrefix("the verifier of 'proof' failed; submit again later: "))
      #expect(try await fixture.api.listWorkers(.init()).workers.map(\.invalid) == [0])
      #expect(try await fixture.prove("p", "a", "good"))
    }
  }

  @Test("What cannot be is refused with a sentence, and nothing panics")
  func refusals() async throws {
    let unverified = KindDefinition(name: "unverified")
    let trusted = KindDefinition(name: "trusted", acceptsUnverified: true)
    try await withCoordinator(kinds: [Verifiers.kind(), unverified, trusted], configure: { $0.maxResult = 100 }) {
      fixture in
      let unknown = await refusal(.invalidArgument) { _ = try await fixture.poll("p", circuit: "square") }
      #expect(unknown == "unknown circuit 'square'; this coordinator's file names: proof, trusted, unverified")
      await refusal(.invalidArgument) { _ = try await fixture.prove("p", "a", "good", circuit: "square") }
      let noVerifier = await refusal(.failedPrecondition) { _ = try await fixture.poll("p", circuit: "unverified") }
      #expect(
        noVerifier
          == "the kind 'unverified' has no verifier; give it one in the coordinator's file, or write 'verifier: none' there to take proofs unverified"
      )
      for prover in ["", String(repeating: "p", count: 257)] {
        let sentence = await refusal(.invalidArgument) { _ = try await fixture.poll(prover) }
        #expect(sentence == "the prover_id must have 1 to 256 bytes, none of them zero; call Register to get one")
      }
      try await fixture.submit("proof", id: "a")
      _ = try await fixture.poll("p")
      for (prover, task) in [("q", "a"), ("p", "nobody"), ("p", "no id"), ("p", "")] {
        let sentence = await refusal(.permissionDenied) { _ = try await fixture.prove(prover, task, "good") }
        #expect(sentence == "task '\(task)' was not handed to prover '\(prover)' for circuit 'proof'")
      }
      // The right prover for another circuit than the task's.
      await refusal(.permissionDenied) { _ = try await fixture.prove("p", "a", "good", circuit: "trusted") }
      let large = await refusal(.invalidArgument) {
        _ = try await fixture.prove("p", "a", String(repeating: "x", count: 101))
      }
      #expect(large == "the proof has 101 bytes and the limit is 100")
      // Whoever says so in the file takes what comes.
      try await fixture.submit("trusted", id: "t")
      _ = try await fixture.poll("p", circuit: "trusted")
      #expect(try await fixture.prove("p", "t", "anything", circuit: "trusted"))
    }
  }

  @Test("No two polls get the same task, not even two of one prover at once")
  func concurrentPolls() async throws {
    try await withCoordinator(kinds: [Verifiers.kind()]) { fixture in
      try await fixture.submit((0..<50).map { task("proof", id: "t\($0)") })
      let got = Guarded<[String]>([])
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<80 {
          group.addTask {
            do {
              let task = try await fixture.poll("p\(number % 4)")
              got.change { $0.append(task.id) }
            } catch let error as RPCError where error.code == .resourceExhausted {}
          }
        }
        try await group.waitForAll()
      }
      #expect(got.value.count == 50 && Set(got.value).count == 50)
    }
  }

  @Test(
    "A lease that ends brings the task to another prover; the late proof of the first is still taken if it comes first")
  func leaseEnds() async throws {
    try await withCoordinator(kinds: [Verifiers.kind(lease: .seconds(5))]) { fixture in
      for id in ["a", "b"] {
        try await fixture.submit("proof", id: id)
        #expect(try await fixture.poll("slow").id == id)
      }
      try await fixture.pass(.milliseconds(4800))
      await refusal(.resourceExhausted) { _ = try await fixture.poll("other") }
      try await fixture.pass(.milliseconds(600))
      #expect(fixture.log.lines.contains { $0.contains("the lease of a prover ended") })
      #expect(try await fixture.poll("other").id == "a")
      #expect(try await fixture.poll("other").id == "b")
      #expect(try await fixture.detail("a").attempts.map(\.outcome) == ["expired", "running"])
      // The first was slow, and comes first all the same.
      #expect(try await fixture.prove("slow", "a", "good"))
      let summary = try await fixture.detail("a").summary
      #expect(summary.state == .done && summary.late && summary.worker == "slow")
      // The other one's proof is no forgery, and it was handed the task: no PERMISSION_DENIED.
      #expect(try await fixture.prove("other", "a", "good"))
      // And here the other one was faster.
      #expect(try await fixture.prove("other", "b", "good"))
      #expect(try await fixture.prove("slow", "b", "good"))
      #expect(try await fixture.detail("b").summary.worker == "other")
      await refusal(.permissionDenied) { _ = try await fixture.prove("third", "b", "good") }
    }
  }

  @Test("Without a verifier a late proof is refused")
  func lateUnverified() async throws {
    let kind = KindDefinition(
      name: "proof", acceptsUnverified: true, lease: .seconds(1), backoff: Backoff(initial: .milliseconds(200)))
    try await withCoordinator(kinds: [kind]) { fixture in
      try await fixture.submit("proof", id: "a")
      _ = try await fixture.poll("slow")
      try await fixture.pass(.milliseconds(1700))
      #expect(try await !fixture.prove("slow", "a", "anything"))
      #expect(try await fixture.poll("other").id == "a")
      #expect(try await fixture.prove("other", "a", "thing"))
    }
  }

  @Test("Leases go on over a restart of the coordinator")
  func restart() async throws {
    try await withFolder { state in
      let time = TestTime()
      try await withCoordinator(kinds: [Verifiers.kind()], state: state, time: time) { fixture in
        for id in ["a", "b"] {
          try await fixture.submit("proof", id: id)
          _ = try await fixture.poll("p\(id)")
        }
      }
      try await withCoordinator(kinds: [Verifiers.kind()], state: state, time: time) { fixture in
        await refusal(.resourceExhausted) { _ = try await fixture.poll("other") }
        #expect(try await fixture.prove("pa", "a", "good"))
        try await fixture.pass(.milliseconds(5500))
        #expect(try await fixture.poll("other").id == "b")
      }
    }
  }

  @Test("A prover with two invalid proofs is set aside; the trial that it lets lapse is not its last")
  func setAside() async throws {
    try await withCoordinator(kinds: [Verifiers.kind()]) { fixture in
      try await fixture.submit((0..<6).map { task("proof", id: "t\($0)") })
      let first = try await fixture.poll("cheat").id
      for proof in ["bad", "worse"] { #expect(try await !fixture.prove("cheat", first, proof)) }
      await refusal(.resourceExhausted) { _ = try await fixture.poll("cheat") }
      #expect(try await fixture.poll("honest").id == "t1")
      let summary = try #require(try await fixture.api.listWorkers(.init()).workers.first { $0.name == "cheat" })
      #expect(summary.setAside.map(\.kind) == ["proof"] && summary.invalid == 2)
      // Polls go on, as clients of this protocol do; or it would be forgotten.
      for _ in 0..<6 {
        await refusal(.resourceExhausted) { _ = try await fixture.poll("cheat") }
        try await fixture.pass(.milliseconds(100_200))
      }
      _ = try await pollUntilHandedOut(fixture, "cheat")
      await refusal(.resourceExhausted) { _ = try await fixture.poll("cheat") }
      // Its lease ends without a proof: that decided nothing, so there is another trial.
      try await fixture.pass(.seconds(6))
      let trial = try await pollUntilHandedOut(fixture, "cheat").id
      #expect(try await fixture.prove("cheat", trial, "good"))
      _ = try await fixture.poll("cheat")
      let resumed = try await fixture.api.resumeWorker(.with { $0.name = "cheat" })
      #expect(resumed.name == "cheat" && resumed.setAside.isEmpty)
    }
  }

  /// Polls until there is a task, for at most 10 s of real time: the coordinator's round after a step of the clock takes
  /// its own time.
  private func pollUntilHandedOut(_ fixture: Fixture, _ prover: String) async throws -> Cluster_Task {
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline {
      if let task = try? await fixture.poll(prover) { return task }
      try await Task.sleep(for: .milliseconds(10))
    }
    return try await fixture.poll(prover)
  }

  @Test("A task that would be too large a message is not handed out, and 'task why' says so")
  func tooLarge() async throws {
    try await withCoordinator(kinds: [Verifiers.kind()], configure: { $0.compatMaxMessage = 1000 }) { fixture in
      try await fixture.submit("proof", id: "big", input: String(repeating: "x", count: 601))
      try await fixture.submit("proof", id: "small", input: String(repeating: "x", count: 600))
      #expect(try await fixture.poll("p").id == "small")
      await refusal(.resourceExhausted) { _ = try await fixture.poll("p") }
      #expect(
        try await fixture.why("big").hasPrefix(
          "over_compat_max_message: its input is too large for clients of the original protocol (compatMaxMessage is 1000 bytes)"
        ))
    }
  }

  @Test("A task that is cancelled while a prover has it: its proof is not taken, and its lease is over")
  func cancelled() async throws {
    try await withCoordinator(kinds: [Verifiers.kind()]) { fixture in
      try await fixture.submit("proof", id: "a")
      _ = try await fixture.poll("p")
      _ = try await fixture.api.cancelTasks(.with { $0.ids = ["a"] })
      #expect(try await !fixture.prove("p", "a", "good"))
      try await fixture.pass(.seconds(6))
      #expect(!fixture.log.lines.contains { $0.contains("the lease of a prover ended") })
      #expect(try await fixture.state("a") == .cancelled)
    }
  }

  @Test("A listener without it answers with the setting that turns it on")
  func refused() async throws {
    try await withCoordinator(kinds: [Verifiers.kind()], original: false) { fixture in
      let sentences = [
        await refusal(.unimplemented) { _ = try await fixture.original.register(.init()) },
        await refusal(.unimplemented) { _ = try await fixture.poll("p") },
        await refusal(.unimplemented) { _ = try await fixture.prove("p", "a", "good") },
      ]
      for sentence in sentences {
        #expect(sentence.hasPrefix("this listener does not serve the prover cluster's protocol; add 'original'"))
      }
    }
  }

  @Test("Provers that are silent for ten minutes and hold nothing are forgotten, and welcome again")
  func silence() async throws {
    try await withCoordinator(kinds: [Verifiers.kind()]) { fixture in
      await refusal(.resourceExhausted) { _ = try await fixture.poll("p") }
      #expect(try await fixture.api.listWorkers(.init()).workers.count == 1)
      try await fixture.pass(.seconds(601))
      #expect(try await fixture.api.listWorkers(.init()).workers.isEmpty)
      try await fixture.submit("proof", id: "a")
      #expect(try await fixture.poll("p").id == "a")
    }
  }
}
