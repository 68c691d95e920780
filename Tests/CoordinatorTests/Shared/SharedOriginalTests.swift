import CoordinatorAPI
import GRPCCore
import MusterCore
import TaskModel
import Testing

@testable import Coordinator

@Suite("The original protocol over two coordinators", .timeLimit(.minutes(3)))
struct SharedOriginalTests {
  @Test("Polled at one coordinator, proved at the other")
  func across() async throws {
    try await withTwoCoordinators(kinds: [Verifiers.kind()]) { a, b, _ in
      try await a.submit("proof", id: "t")
      #expect(try await a.poll("p").id == "t")
      await refusal(.resourceExhausted) { _ = try await b.poll("p") }
      await refusal(.permissionDenied) { _ = try await b.prove("q", "t", "good") }
      #expect(try await b.prove("p", "t", "good"))
      let summary = try await a.detail("t").summary
      #expect(summary.state == .done && summary.worker == "p")
      #expect(try await a.prove("p", "t", "good"), "the answer may have been lost")
    }
  }

  @Test("A lease ends by the store's clock, whichever coordinator has handed the task out, and not before")
  func lease() async throws {
    try await withTwoCoordinators(kinds: [Verifiers.kind(lease: .seconds(5))]) { a, b, _ in
      try await a.submit("proof", id: "t")
      #expect(try await a.poll("slow").id == "t")
      a.store.fail(true)
      try await b.pass(.milliseconds(4800))
      await refusal(.resourceExhausted) { _ = try await b.poll("other") }
      try await b.pass(.milliseconds(600))
      #expect(try await b.poll("other").id == "t")
      #expect(try await b.detail("t").attempts.map(\.outcome) == ["expired", "running"])
      #expect(try await b.prove("slow", "t", "good"), "late, and first all the same")
      a.store.fail(false)
    }
  }

  @Test("A prover whose lease is longer than the silence after which provers are forgotten keeps its task")
  func longLease() async throws {
    try await withTwoCoordinators(kinds: [Verifiers.kind(lease: .seconds(1500))]) { a, b, _ in
      await refusal(.resourceExhausted) { _ = try await b.poll("p") }
      try await a.submit("proof", id: "t")
      #expect(try await a.poll("p").id == "t")
      try await a.pass(.seconds(1300))
      #expect(try await a.detail("t").summary.state == .running)
      #expect(try await b.prove("p", "t", "good"))
      try await a.pass(.seconds(700))
      #expect(try await a.api.listWorkers(.init()).workers.isEmpty, "it is forgotten at last")
    }
  }

  @Test("A prover that lets its trial lapse gets another one")
  func trial() async throws {
    try await withTwoCoordinators(kinds: [Verifiers.kind(lease: .seconds(5))]) { a, b, _ in
      try await a.submit((0..<3).map { task("proof", id: "t\($0)") })
      let first = try await a.poll("cheat").id
      for proof in ["bad", "worse"] { #expect(try await !a.prove("cheat", first, proof)) }
      await refusal(.resourceExhausted) { _ = try await a.poll("cheat") }
      try await a.pass(.seconds(2))
      await refusal(.resourceExhausted) { _ = try await b.poll("cheat") }
      for _ in 0..<6 {
        await refusal(.resourceExhausted) { _ = try await a.poll("cheat") }
        try await a.pass(.milliseconds(99_700))
      }
      try await a.pass(.seconds(2))
      #expect(try await a.poll("cheat").id == "t0")
      await refusal(.resourceExhausted) { _ = try await a.poll("cheat") }
      try await a.pass(.seconds(8))
      let trial = try await a.poll("cheat").id
      #expect(try await a.prove("cheat", trial, "good"))
      try await a.pass(.seconds(2))
      #expect(b.context.conduct.rules(for: OriginalProver.rosterName(prover: "cheat", kind: "proof")).isEmpty)
    }
  }
}
