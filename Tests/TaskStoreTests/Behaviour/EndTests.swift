import Foundation
import MusterCore
import TaskModel
import Testing

@testable import TaskStore

/// What each report does while its token is current, and what the same report does a second time.
@Suite struct EndTests {
  @Test("a failed attempt is tried again after its backoff, until none is left", arguments: StoreSort.allCases)
  func failures(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a") { $0.maxAttempts = 3 }
      try await world.enroll()
      for (number, wait) in [(1, 1), (2, 2)] {
        let claimed = try await world.run()
        #expect(try await world.end(claimed.token, .failed, error: "exit \(number)").verdict == .requeued)
        #expect(try await world.state("a") == .waiting)
        #expect(try await world.record("a").error == "exit \(number)")
        #expect(try await world.record("a").failures == number)
        try await world.pass(.milliseconds(wait * 1000 - 1))
        #expect(try await world.state("a") == .waiting)
        try await world.pass(.milliseconds(1))
        #expect(try await world.state("a") == .queued)
        #expect(try await world.record("a").notBefore == nil)
      }
      let last = try await world.run()
      _ = try await world.signals()
      #expect(try await world.end(last.token, .timeout, error: "ran longer than 5 s").verdict == .committed)
      #expect(try await world.state("a") == .failed)
      let ended = try #require(try await world.endedSignals().first)
      #expect(ended.state == .failed && ended.error == "ran longer than 5 s" && ended.attempts == 3)
      #expect(ended.worker == "w" && ended.result == nil)
      let attempts = try await world.attempts("a")
      #expect(attempts.map(\.number) == [1, 2, 3])
      #expect(attempts.map(\.outcome) == ["failed", "failed", "timeout"])
      #expect(attempts.map(\.error) == ["exit 1", "exit 2", "ran longer than 5 s"])
      #expect(attempts.allSatisfy { $0.worker == "w" && $0.started != nil })
      #expect(world.store.statistics().attemptsFailed == 3)
    }
  }

  @Test("every way to fail uses up an attempt and is kept", arguments: StoreSort.allCases)
  func waysToFail(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.enroll()
      for end: EndReport.End in [.failed, .retry, .timeout, .memory, .unrunnable] {
        try await world.submit(end.rawValue)
        let claimed = try await world.run()
        #expect(try await world.end(claimed.token, end, error: "why").verdict == .requeued)
        #expect(try await world.record(end.rawValue).failures == 1)
        #expect(try await world.attempts(end.rawValue).map(\.outcome) == [end.rawValue])
      }
    }
  }

  @Test("exit 75 says nothing against the worker", arguments: StoreSort.allCases)
  func retryIsNotBlamed(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a")
      try await world.enroll("w")
      try await world.enroll("v")
      try await world.end(try await world.run().token, .retry)
      try await world.pass(.seconds(1))
      #expect(try await world.claim("w").count == 1)
    }
  }

  @Test("an attempt handed back is queued again as if it had not been", arguments: StoreSort.allCases)
  func returned(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a")
      try await world.enroll()
      let claimed = try #require(try await world.claim().first)
      #expect(try await world.end(claimed.token, .returned).verdict == .requeued)
      let record = try await world.record("a")
      #expect(record.state == .queued && record.failures == 0 && record.handouts == 1)
      #expect(try await world.attempts("a").isEmpty)
      let again = try #require(try await world.claim().first)
      #expect(again.token != claimed.token)
      // What was handed back is nobody's any more.
      #expect(try await world.end(claimed.token, .done, result: "x").verdict == .stale)
    }
  }

  @Test("an attempt that was lost counts only if it had started", arguments: StoreSort.allCases)
  func lost(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a")
      try await world.enroll()
      let unstarted = try #require(try await world.claim().first)
      #expect(try await world.end(unstarted.token, .lost, error: "gone").verdict == .requeued)
      #expect(try await world.state("a") == .queued)
      #expect(try await world.record("a").failures == 0)
      let started = try await world.run()
      #expect(try await world.end(started.token, .expired, error: "lease over").verdict == .requeued)
      #expect(try await world.state("a") == .waiting)
      #expect(try await world.record("a").failures == 1)
      #expect(try await world.attempts("a").map(\.outcome) == ["lost", "expired"])
      #expect(world.store.statistics().attemptsLost == 2)
    }
  }

  @Test("the same result again gets the first answer; another one is discarded", arguments: StoreSort.allCases)
  func sameResultTwice(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      for (id, result) in [("small", "4"), ("empty", "")] {
        try await world.submit(id)
        try await world.enroll()
        let claimed = try await world.run()
        #expect(try await world.end(claimed.token, result: result).verdict == .committed)
        let finished = try await world.record(id).finished
        _ = try await world.signals()
        world.time.advance(by: .seconds(1))
        #expect(try await world.end(claimed.token, result: result).verdict == .committed)
        #expect(try await world.signals().isEmpty)
        #expect(try await world.end(claimed.token, result: "other").verdict == .discarded)
        #expect(try await world.end(claimed.token, .failed).verdict == .discarded)
        #expect(try await world.resultText(id) == result)
        #expect(try await world.record(id).finished == finished)
      }
      #expect(world.store.statistics().done == 2)
      #expect(world.store.statistics().discarded == 4)
    }
  }

  @Test("the same failure again gets the first answer and counts once", arguments: StoreSort.allCases)
  func sameFailureTwice(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a") { $0.maxAttempts = 2 }
      try await world.enroll()
      let first = try await world.run()
      #expect(try await world.end(first.token, .failed).verdict == .requeued)
      #expect(try await world.end(first.token, .failed).verdict == .requeued)
      #expect(try await world.record("a").failures == 1)
      try await world.pass(.seconds(1))
      let second = try await world.run()
      #expect(try await world.end(second.token, .failed).verdict == .committed)
      #expect(try await world.end(second.token, .failed).verdict == .committed)
      #expect(try await world.attempts("a").count == 2)
      #expect(world.store.statistics().attemptsFailed == 2)
    }
  }

  @Test("a result after the task is final is discarded and counted", arguments: StoreSort.allCases)
  func afterTheEnd(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a")
      try await world.submit("b") { $0.maxAttempts = 1 }
      try await world.enroll()
      let a = try await world.run()
      let b = try await world.run()
      _ = try await world.cancel("a")
      #expect(try await world.end(a.token, result: "x").verdict == .discarded)
      #expect(try await world.end(a.token, .cancelled).verdict == .discarded)
      #expect(try await world.end(b.token, .failed).verdict == .committed)
      #expect(try await world.end(b.token, result: "x").verdict == .discarded)
      #expect(try await world.state("a") == .cancelled)
      #expect(try await world.state("b") == .failed)
      #expect(world.store.statistics().discarded == 3)
      #expect(world.store.statistics().done == 0)
    }
  }

  @Test("a token that was never handed out changes nothing", arguments: StoreSort.allCases)
  func foreignTokens(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a")
      try await world.enroll()
      let claimed = try await world.run()
      let foreign = Token(epoch: claimed.token.epoch &+ 1, number: claimed.token.number)
      let later = Token(epoch: claimed.token.epoch, task: claimed.token.task, attempt: 2)
      let unknown = Token(epoch: claimed.token.epoch, task: 4711, attempt: 1)
      for end: EndReport.End in [.done, .failed, .returned, .lost] {
        #expect(
          try await world.end(foreign, end)
            == EndOutcome(token: foreign, verdict: .stale, kind: "plain"))
        #expect(try await world.end(later, end).verdict == .stale)
        #expect(try await world.end(unknown, end) == EndOutcome(token: unknown, verdict: .stale, kind: ""))
      }
      try await world.start(foreign)
      try await world.start(unknown)
      #expect(try await world.state("a") == .running)
      #expect(try await world.end(claimed.token).verdict == .committed)
      // With the same bytes as the one that was committed, but not its token.
      #expect(try await world.end(foreign).verdict == .discarded)
    }
  }

  @Test("a worker speaks for itself only", arguments: StoreSort.allCases)
  func otherWorkers(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a", kind: "judged")
      try await world.enroll("w")
      try await world.enroll("v")
      let claimed = try #require(try await world.claim("w").first)
      try await world.start(claimed.token, by: "v")
      #expect(try await world.store.unstarted(of: "w").count == 1)
      for end: EndReport.End in [.done, .failed, .lost, .returned] {
        #expect(try await world.end(claimed.token, end, by: "v").verdict == .stale)
      }
      #expect(try await world.state("a") == .running)
      try await world.end(claimed.token, .lost, by: "w")
      // Nor does a late result come from another than the one who had the attempt.
      #expect(try await world.end(claimed.token, result: "x", by: "v", verified: true).verdict == .stale)
      #expect(try await world.end(claimed.token, result: "x", by: "w", verified: true).verdict == .committedLate)
    }
  }

  @Test("starts, ends and a claim go together in one exchange", arguments: StoreSort.allCases)
  func together(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      for id in ["a", "b", "c"] { try await world.submit(id) }
      try await world.enroll(slots: 2)
      let held = try await world.claim()
      #expect(held.count == 2)
      let outcome = try await world.store.exchange(
        Exchange(
          worker: "w", started: held.map(\.token),
          ends: [EndReport(token: held[0].token, end: .done), EndReport(token: held[1].token, end: .lost)],
          claimLimit: 10))
      #expect(outcome.ends.map(\.verdict) == [.committed, .requeued])
      #expect(outcome.claimed.map(\.id.text) == ["c"])
      // It had started in the same exchange, so it counts.
      #expect(try await world.record("b").failures == 1)
    }
  }
}
