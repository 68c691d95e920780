import MusterCore
import TaskModel
import Testing

@testable import TaskStore

/// Results whose attempt was lost or expired before they came.
@Suite struct LateResultTests {
  /// A task of `kind` whose first attempt, by `w`, was lost, and which `v` runs now.
  private func overtaken(
    _ world: World, kind: String, as end: EndReport.End = .expired
  ) async throws -> (late: ClaimedTask, current: ClaimedTask) {
    try await world.submit("a", kind: kind)
    try await world.enroll("w")
    let late = try await world.run("w")
    try await world.end(late.token, end, error: "not heard of")
    try await world.store.dismiss(worker: "w", reason: "gone")
    try await world.pass(.seconds(1))
    try await world.enroll("v")
    let current = try await world.run("v")
    _ = try await world.signals()
    return (late, current)
  }

  @Test("without a verifier a late result is refused", arguments: StoreSort.allCases)
  func noVerifier(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      let (late, current) = try await overtaken(world, kind: "plain")
      #expect(try await world.end(late.token, result: "x").verdict == .stale)
      #expect(try await world.state("a") == .running)
      #expect(try await world.end(current.token, result: "y", by: "v").verdict == .committed)
      #expect(try await world.resultText("a") == "y")
    }
  }

  @Test(
    "a late result that the verifier passes is taken, and stops the current attempt", arguments: StoreSort.allCases)
  func judgedValid(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      let (late, current) = try await overtaken(world, kind: "judged", as: .lost)
      #expect(try await world.end(late.token, result: "x").verdict == .verifying)
      // The current attempt goes on meanwhile.
      #expect(try await world.state("a") == .running)
      let waiting = UnverifiedResult(token: late.token, id: late.id, kind: "judged", worker: "w", late: true)
      #expect(try await world.store.unverified() == [waiting])
      #expect(try await world.signals().flatMap(\.unverified) == [waiting])
      #expect(try await world.judge(late.token, valid: true).verdict == .committedLate)
      let record = try await world.record("a")
      #expect(record.state == .done && record.late && record.worker == "w")
      #expect(try await world.resultText("a") == "x")
      let signals = try await world.signals()
      #expect(signals.flatMap(\.stops) == [StoppedAttempt(worker: "v", token: current.token)])
      let ended = try #require(signals.flatMap(\.ended).first)
      #expect(ended.late && ended.worker == "w" && ended.state == .done)
      #expect(try await world.store.held(by: "v").isEmpty)
      #expect(try await world.end(current.token, result: "x", by: "v").verdict == .discarded)
      #expect(try await world.attempts("a").map(\.outcome) == ["lost", "overtaken"])
      #expect(world.store.statistics().lateCommitted == 1)
      #expect(try await world.store.unverified().isEmpty)
    }
  }

  @Test("one that the caller has verified is taken at once", arguments: StoreSort.allCases)
  func verifiedByCaller(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      let (late, current) = try await overtaken(world, kind: "judged")
      #expect(try await world.end(late.token, result: "x", verified: true).verdict == .committedLate)
      #expect(try await world.end(late.token, result: "x", verified: true).verdict == .committedLate)
      #expect(try await world.end(late.token, result: "z", verified: true).verdict == .discarded)
      #expect(
        try await world.stopSignals() == [StoppedAttempt(worker: "v", token: current.token)])
      #expect(try await world.resultText("a") == "x")
    }
  }

  @Test("a late result is taken while the task waits in line", arguments: StoreSort.allCases)
  func whileQueued(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a", kind: "judged")
      try await world.submit("b", after: ["a"])
      try await world.enroll()
      let claimed = try await world.run()
      try await world.end(claimed.token, .lost)
      #expect(try await world.state("a") == .waiting)
      #expect(try await world.end(claimed.token, result: "x", verified: true).verdict == .committedLate)
      #expect(try await world.state("b") == .queued)
      try await world.pass(.seconds(60))
      #expect(try await world.state("a") == .done)
    }
  }

  @Test("one that the verifier refuses changes nothing but the worker's record", arguments: StoreSort.allCases)
  func judgedInvalid(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      let (late, current) = try await overtaken(world, kind: "judged")
      #expect(try await world.end(late.token, result: "x").verdict == .verifying)
      #expect(try await world.judge(late.token, valid: false, reason: "wrong").verdict == .discarded)
      #expect(try await world.state("a") == .running)
      #expect(try await world.record("a").failures == 1)
      #expect(try await world.attempts("a").map(\.outcome) == ["invalid"])
      #expect(try await world.attempts("a").map(\.error) == ["wrong"])
      #expect(world.store.statistics().invalid == 1)
      // It has had its chance.
      #expect(try await world.end(late.token, result: "y").verdict == .stale)
      #expect(try await world.end(current.token, result: "y", by: "v", verified: true).verdict == .committed)
    }
  }

  @Test("the worker of a refused late result does not get the task again", arguments: StoreSort.allCases)
  func invalidIsBlamed(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      try await world.submit("a", kind: "judged")
      try await world.enroll("w")
      try await world.enroll("v")
      let late = try #require(try await world.claim("w").first)
      try await world.end(late.token, .lost)
      #expect(try await world.end(late.token, result: "x").verdict == .verifying)
      _ = try await world.judge(late.token, valid: false)
      #expect(try await world.claim("w").isEmpty)
      #expect(try await world.claim("v").count == 1)
    }
  }

  @Test("what is being verified cannot be replaced under the verifier's hands", arguments: StoreSort.allCases)
  func noExchangeOfBytes(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      let (late, _) = try await overtaken(world, kind: "judged")
      #expect(try await world.end(late.token, result: "good").verdict == .verifying)
      _ = try await world.signals()
      #expect(try await world.end(late.token, result: "good").verdict == .verifying)
      #expect(try await world.end(late.token, result: "evil").verdict == .stale)
      #expect(try await world.signals().isEmpty)
      _ = try await world.judge(late.token, valid: true)
      #expect(try await world.resultText("a") == "good")
    }
  }

  @Test("the first commit wins over a late result that is still being verified", arguments: StoreSort.allCases)
  func currentFirst(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      let (late, current) = try await overtaken(world, kind: "judged")
      #expect(try await world.end(late.token, result: "x").verdict == .verifying)
      #expect(try await world.end(current.token, result: "y", by: "v", verified: true).verdict == .committed)
      #expect(try await world.store.unverified().isEmpty)
      let outcome = try await world.judge(late.token, valid: true)
      #expect(outcome.verdict == .stale)
      #expect(try await world.resultText("a") == "y")
      #expect(try await !world.record("a").late)
      #expect(world.store.statistics().lateCommitted == 0 && world.store.statistics().done == 1)
      #expect(world.store.statistics().discarded == 1)
    }
  }

  @Test("a cancellation wins over a late result that is still being verified", arguments: StoreSort.allCases)
  func cancelFirst(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      let (late, _) = try await overtaken(world, kind: "judged")
      #expect(try await world.end(late.token, result: "x").verdict == .verifying)
      _ = try await world.cancel("a")
      #expect(try await world.judge(late.token, valid: true).verdict == .stale)
      #expect(try await world.state("a") == .cancelled)
      // Also when the task has been started anew since: the result was dropped.
      _ = try await world.retry("a")
      #expect(try await world.judge(late.token, valid: true).verdict == .stale)
      #expect(try await world.state("a") == .queued)
    }
  }

  @Test("late and current both wait for the verifier: the first judged valid wins", arguments: StoreSort.allCases)
  func bothVerifying(_ sort: StoreSort) async throws {
    try await withStore(sort) { world in
      let (late, current) = try await overtaken(world, kind: "judged")
      #expect(try await world.end(current.token, result: "y", by: "v").verdict == .verifying)
      #expect(try await world.end(late.token, result: "x").verdict == .verifying)
      #expect(try await world.store.unverified().map(\.token) == [late.token, current.token])
      #expect(try await world.judge(late.token, valid: true).verdict == .committedLate)
      #expect(try await world.judge(current.token, valid: true).verdict == .stale)
      #expect(try await world.resultText("a") == "x")
      #expect(try await world.attempts("a").map(\.outcome) == ["expired", "discarded"])
    }
  }
}
