import Foundation
import MusterCore
import TaskModel
import Testing

@testable import TaskStore

@Suite struct VerificationTests {
  @Test("a result is kept before it is verified, and its worker is free", arguments: StoreSort.allCases)
  func valid(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a", kind: "judged", input: "12")
      try await world.enroll()
      let claimed = try await world.run()
      _ = try await world.signals()
      let report = EndReport(
        token: claimed.token, end: .done, result: .bytes(Data("144".utf8)), runNanoseconds: 42)
      let outcome = try await world.store.exchange(Exchange(worker: "w", ends: [report]))
      #expect(outcome.ends.map(\.verdict) == [.verifying])
      #expect(try await world.state("a") == .verifying)
      #expect(try await world.store.held(by: "w").isEmpty)
      #expect(try await world.store.result(of: claimed.id) == nil)
      let waiting = UnverifiedResult(token: claimed.token, id: claimed.id, kind: "judged", worker: "w", late: false)
      #expect(try await world.store.unverified() == [waiting])
      #expect(try await world.signals().flatMap(\.unverified) == [waiting])
      let payloads = try #require(try await world.store.payloads(of: claimed.token))
      #expect(try payloads.input.load() == Data("12".utf8))
      #expect(try payloads.result.load() == Data("144".utf8))

      #expect(
        try await world.judge(claimed.token, valid: true)
          == EndOutcome(token: claimed.token, verdict: .committed, kind: "judged"))
      #expect(try await world.resultText("a") == "144")
      #expect(try await world.record("a").resultSize == 3)
      #expect(try await world.record("a").runNanoseconds == 42)
      #expect(try await world.store.unverified().isEmpty)
      let ended = try #require(try await world.endedSignals().first)
      #expect(ended.result == Data("144".utf8) && ended.worker == "w" && !ended.late)
    }
  }

  @Test("an invalid result uses up an attempt and counts against the worker", arguments: StoreSort.allCases)
  func invalid(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a", kind: "judged") { $0.maxAttempts = 2 }
      try await world.enroll("w")
      try await world.enroll("v")
      let first = try await world.run("w")
      try await world.end(first.token, result: "x")
      #expect(try await world.judge(first.token, valid: false, reason: "not 144").verdict == .requeued)
      #expect(try await world.state("a") == .waiting)
      #expect(try await world.attempts("a").map(\.outcome) == ["invalid"])
      #expect(try await world.attempts("a").map(\.error) == ["not 144"])
      try await world.pass(.seconds(1))
      #expect(try await world.claim("w").isEmpty)
      let second = try await world.run("v")
      try await world.end(second.token, result: "x", by: "v")
      #expect(try await world.judge(second.token, valid: false).verdict == .committed)
      #expect(try await world.record("a").error == "the verifier refused the result")
      #expect(try await world.state("a") == .failed)
      #expect(try await world.store.result(of: first.id) == nil)
      #expect(world.store.statistics().invalid == 2)
    }
  }

  @Test("a second judgement of the same result changes nothing", arguments: StoreSort.allCases)
  func twice(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a", kind: "judged")
      try await world.submit("b", kind: "judged")
      try await world.enroll()
      let a = try await world.run()
      let b = try await world.run()
      for token in [a.token, b.token] { try await world.end(token, result: "x") }
      let outcomes = try await world.store.judge([
        Judgement(token: a.token, valid: true), Judgement(token: a.token, valid: false),
        Judgement(token: b.token, valid: false), Judgement(token: b.token, valid: true),
      ])
      #expect(outcomes.map(\.verdict) == [.committed, .stale, .requeued, .stale])
      #expect(try await world.state("a") == .done)
      #expect(try await world.record("b").failures == 1)
      #expect(world.store.statistics().invalid == 1)
    }
  }

  @Test("the same result again while it is verified gets the first answer", arguments: StoreSort.allCases)
  func again(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a", kind: "judged")
      try await world.enroll()
      let claimed = try await world.run()
      #expect(try await world.end(claimed.token, result: "good").verdict == .verifying)
      _ = try await world.signals()
      #expect(try await world.end(claimed.token, result: "good").verdict == .verifying)
      #expect(try await world.end(claimed.token, result: "evil").verdict == .stale)
      #expect(try await world.end(claimed.token, .failed).verdict == .stale)
      #expect(try await world.signals().isEmpty)
      try await world.judge(claimed.token, valid: true)
      #expect(try await world.resultText("a") == "good")
      #expect(try await world.end(claimed.token, result: "good").verdict == .committed)
      #expect(try await world.end(claimed.token, result: "evil").verdict == .discarded)
    }
  }

  @Test("a task that ends while its result is verified stays as it ended", arguments: StoreSort.allCases)
  func endedMeanwhile(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a", kind: "judged") { $0.deadline = world.time.timestamp() + .seconds(5) }
      try await world.submit("b", kind: "judged")
      try await world.enroll()
      let a = try await world.run()
      let b = try await world.run()
      for token in [a.token, b.token] { try await world.end(token, result: "x") }
      #expect(try await world.cancel("b") == .changed(.cancelled))
      try await world.pass(.seconds(5))
      #expect(try await world.state("a") == .cancelled)
      #expect(try await world.store.unverified().isEmpty)
      #expect(try await world.judge(a.token, valid: true).verdict == .stale)
      #expect(try await world.judge(b.token, valid: false).verdict == .stale)
      #expect(try await world.store.result(of: a.id) == nil)
      #expect(try await world.attempts("b").map(\.outcome) == ["discarded"])
      #expect(try await world.attempts("b").map(\.worker) == ["w"])
      #expect(world.store.statistics().discarded == 2 && world.store.statistics().invalid == 0)
    }
  }

  @Test("a judgement of a token that is not known is stale", arguments: StoreSort.allCases)
  func unknown(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a", kind: "judged")
      try await world.enroll()
      let claimed = try await world.run()
      #expect(try await world.judge(claimed.token, valid: true).verdict == .stale)
      try await world.end(claimed.token, result: "x")
      let foreign = Token(epoch: claimed.token.epoch &+ 1, number: claimed.token.number)
      #expect(try await world.judge(foreign, valid: true).verdict == .stale)
      #expect(try await world.state("a") == .verifying)
    }
  }
}
