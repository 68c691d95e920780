import Foundation
import MusterCore
import SeededDice
import TaskModel
import Testing

@testable import TaskStore

/// The workers of one coordinator, whose tasks end at once; also that coordinator's heartbeats, duties and verifier.
///
/// It goes on whatever the database does, and notes what it is told. What a worker does with a task is written in the
/// task's id: `bad-…` always fails, all others fail now and then and are done in the end.
final class Crew: Sendable {
  let store: PostgresStore
  let name: String
  let workers: Int
  private let tally: Tally
  private let toJudge = Shared<[UnverifiedResult]>([])
  private let isOver = Shared(false)
  private let seed: UInt64
  /// How many of a hundred attempts come to nothing.
  private let mishaps: Int

  static let kinds = ["plain", "judged"].map {
    KindDefinition(
      name: $0, verifier: $0 == "judged" ? ["check"] : nil,
      backoff: Backoff(initial: .milliseconds(10), factor: 1, limit: .milliseconds(10)))
  }

  /// Takes the store's signals for itself.
  init(_ store: PostgresStore, name: String, workers: Int, tally: Tally, seed: UInt64, mishaps: Int = 15) {
    self.store = store
    self.name = name
    self.workers = workers
    self.tally = tally
    self.seed = seed
    self.mishaps = mishaps
    store.setSignalHandler { [toJudge, tally] signal in
      toJudge.change { $0 += signal.unverified }
      tally.note { told in for task in signal.ended { told.signalled[task.id.text, default: 0] += 1 } }
      for worker in signal.gone { tally.surprise("the session of \(worker) ended") }
    }
  }

  static func result(_ id: String) -> Data { Data("result of \(id)".utf8) }

  private var greetings: [SessionGreeting] {
    (0..<workers).map { number in
      SessionGreeting(
        name: "\(name)\(number)", session: UInt64(number) + 1, generation: 1, kinds: Self.kinds.map(\.name),
        capacity: Needs(slots: 8, memory: 1 << 30), build: "")
    }
  }

  func connect() async throws {
    for greeting in greetings {
      #expect(try await store.openSession(greeting) == .opened)
      try await store.enroll(
        RosterWorker(name: greeting.name, kinds: Set(greeting.kinds), capacity: greeting.capacity))
    }
  }

  /// Returns after ``end()``, or throws what must not happen.
  func run() async throws {
    let greetings = greetings
    try await withThrowingTaskGroup { group in
      group.addTask { try await self.keep(greetings) }
      group.addTask { try await self.judge() }
      for greeting in greetings { group.addTask { try await self.work(greeting.name) } }
      // What one of them throws ends all; the group would wait for the others first.
      defer { end() }
      for try await _ in group {}
    }
  }

  func end() { isOver.change { $0 = true } }

  /// Does something again and again until the database answers.
  @discardableResult
  func persist<R>(_ body: () async throws -> R) async throws -> R? {
    while !isOver.value {
      do {
        return try await body()
      } catch let error as StoreError where error.code == .unavailable {
        tally.note { $0.unanswered += 1 }
        try await pause()
      }
    }
    return nil
  }

  private func pause() async throws { try await SystemTime().sleep(for: .milliseconds(10)) }

  // MARK: Its parts

  private func work(_ worker: String) async throws {
    var dice = Dice(seed: seed ^ UInt64(worker.utf8.reduce(0) { $0 &* 31 &+ Int($1) }))
    var holding: [Token: TaskID] = [:]
    var exchange = Exchange(worker: worker, claimLimit: 8)
    while !isOver.value {
      let current = exchange
      guard let outcome = try await persist({ try await store.exchange(current) }) else { return }
      exchange = Exchange(worker: worker, claimLimit: 8)
      for end in outcome.ends {
        guard let id = holding.removeValue(forKey: end.token) else {
          tally.surprise("\(worker) was told of \(end.token), which it had not reported")
          continue
        }
        note(end, of: id.text, worker)
      }
      for claimed in outcome.claimed {
        holding[claimed.token] = claimed.id
        tally.note { $0.handedOut[claimed.token, default: 0] += 1 }
        exchange.started.append(claimed.token)
        exchange.ends.append(report(claimed, &dice))
      }
      if outcome.claimed.isEmpty { try await pause() }
    }
  }

  private func report(_ claimed: ClaimedTask, _ dice: inout Dice) -> EndReport {
    let id = claimed.id.text
    if id.hasPrefix("bad") { return EndReport(token: claimed.token, end: .failed, error: "it always fails") }
    // The last attempt must not fail; a returned one does not count.
    if dice.chance(mishaps) {
      let fails = claimed.token.attempt == 1 && dice.chance(70)
      return EndReport(token: claimed.token, end: fails ? .failed : .returned, error: "it failed")
    }
    return EndReport(token: claimed.token, end: .done, result: .bytes(Self.result(id)))
  }

  private func note(_ end: EndOutcome, of id: String, _ worker: String) {
    switch end.verdict {
    case .committed: tally.note { $0.committed[id, default: 0] += 1 }
    case .verifying, .requeued: break
    case .committedLate, .discarded, .stale:
      tally.surprise("what \(worker) reported of \(id) is \(end.verdict)")
    }
  }

  private func judge() async throws {
    var dice = Dice(seed: seed)
    while !isOver.value {
      var batch: [UnverifiedResult] = []
      // Not many: where each statement may fail, a long transaction fails for certain.
      toJudge.change {
        batch = Array($0.prefix(4))
        $0.removeFirst(batch.count)
      }
      if batch.isEmpty {
        try await pause()
        continue
      }
      let judgements = batch.map { result in
        Judgement(token: result.token, valid: result.token.attempt > 1 || !dice.chance(mishaps), reason: "wrong")
      }
      guard let outcomes = try await persist({ try await store.judge(judgements) }) else { return }
      for (result, outcome) in zip(batch, outcomes) { note(outcome, of: result.id.text, "the verifier") }
    }
  }

  private func keep(_ greetings: [SessionGreeting]) async throws {
    let renewals = greetings.map {
      SessionRenewal(name: $0.name, session: $0.session, generation: $0.generation, silence: .zero)
    }
    while !isOver.value {
      for worker in try await persist({ try await store.renewSessions(renewals) }) ?? [] {
        tally.surprise("the session of \(worker) is not renewed")
      }
      try await persist { try await store.tick() }
      try await SystemTime().sleep(for: .milliseconds(50))
    }
  }
}
