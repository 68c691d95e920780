import DequeModule
import Foundation
import MusterCore
import Synchronization
import TaskModel
import TaskStore

/// Judges stored results, a bounded number at a time, and tells the store.
///
/// A verifier that fails is tried again with growing pauses and never held against the worker; after five tries the task
/// stays in `verifying`, and `task why` says so. What waits here stands in the store too: a successor takes it up.
final class VerificationQueue: Sendable {
  struct Item: Sendable {
    let result: UnverifiedResult
    var tries = 0
    var error = ""
  }

  private struct State {
    var waiting: Deque<Item> = []
    var known: Set<Token> = []
    var stuck: [TaskID: Item] = [:]
    /// What the verifier's last failure was, of results that it has not judged.
    var errors: [TaskID: String] = [:]
    var running = 0
  }

  static let mostTries = 5
  private let state = Mutex(State())
  private let bell = Bell()
  private let context: CoordinatorContext
  private let judge: ResultJudge

  init(context: CoordinatorContext, judge: ResultJudge) {
    self.context = context
    self.judge = judge
  }

  func add(_ results: [UnverifiedResult]) {
    state.withLock { state in
      for result in results where state.known.insert(result.token).inserted {
        state.waiting.append(Item(result: result))
        // Of an attempt before this one: the task was cancelled while its result was stuck, and tried anew.
        state.stuck[result.id] = nil
        state.errors[result.id] = nil
      }
    }
    bell.ring()
  }

  /// Lets a result on which the verifier gave up have another five tries.
  func tryAgain(_ id: TaskID) -> Bool {
    let found = state.withLock { state in
      guard let item = state.stuck.removeValue(forKey: id) else { return false }
      state.waiting.append(Item(result: item.result))
      return true
    }
    bell.ring()
    return found
  }

  /// Why the verifier gave up on a task's result, if it did.
  func stuckReason(_ id: TaskID) -> String? { state.withLock { $0.stuck[id]?.error } }

  /// The verifier's last failure on a task's result that it will be given again.
  func lastError(_ id: TaskID) -> String? { state.withLock { $0.errors[id] } }

  /// How many results the verifier gave up on, and one of them.
  var stuck: (count: Int, example: (task: TaskID, error: String)?) {
    state.withLock { state in
      let first = state.stuck.min { $0.key.text < $1.key.text }
      return (state.stuck.count, first.map { ($0.key, $0.value.error) })
    }
  }

  var depth: Int { state.withLock { $0.waiting.count + $0.running } }

  /// Judges until cancelled.
  func run() async {
    await withDiscardingTaskGroup { group in
      while !Task.isCancelled {
        let item: Item? = state.withLock { state in
          guard state.running < context.configuration.verifySlots, let item = state.waiting.popFirst() else {
            return nil
          }
          state.running += 1
          return item
        }
        guard let item else {
          await bell.wait()
          continue
        }
        group.addTask {
          let again = await self.handle(item)
          self.state.withLock { $0.running -= 1 }
          self.bell.ring()
          // The pause is spent without a slot: one failing verifier must not hold up the results of other kinds.
          if let again { await self.putBack(again) }
        }
      }
    }
  }

  /// - Returns: the item if it is to be tried again.
  private func handle(_ item: Item) async -> Item? {
    let result = item.result
    let verdict: ResultJudge.Verdict
    do {
      guard let payloads = try await context.store.payloads(of: result.token) else {
        settle(item)
        return nil
      }
      // A kind that was taken out of the file while its results waited: nothing is accepted unverified for that.
      let kind = context.kind(result.kind) ?? KindDefinition(name: result.kind)
      verdict = await judge.judge(
        kind: kind, task: result.id, input: try payloads.input.load(), result: try payloads.result.load())
    } catch {
      verdict = .error("\(error)")
    }
    if Task.isCancelled { return nil }
    switch verdict {
    case .valid(let output):
      var judgement = Judgement(token: result.token, valid: true)
      judgement.publicInput = ResultJudge.publicInput(
        output, kind: result.kind, task: result.id, logger: context.logger)
      return await tell(item, judgement)
    case .invalid(let reason):
      return await tell(item, Judgement(token: result.token, valid: false, reason: reason))
    case .error(let sentence): return failed(item, sentence)
    }
  }

  private func tell(_ item: Item, _ judgement: Judgement) async -> Item? {
    let result = item.result
    do {
      let outcome = try await context.store.judge([judgement])
      settle(item)
      if outcome.first?.verdict == .stale { return nil }
      if !judgement.valid {
        context.logger.warning(
          "the verifier refused a result: \(judgement.reason)",
          metadata: ["task": "\(result.id)", "kind": "\(result.kind)", "worker": "\(result.worker)"])
      } else if result.late {
        context.logger.notice(
          "took the late result of an attempt that had been lost",
          metadata: ["task": "\(result.id)", "worker": "\(result.worker)"])
      }
      await context.conduct.record(
        worker: result.worker, kind: result.kind, task: result.token.task, valid: judgement.valid)
      return nil
    } catch {
      return failed(item, "the store did not take the verdict: \(error)", counts: false)
    }
  }

  private func settle(_ item: Item) {
    state.withLock { state in
      state.known.remove(item.result.token)
      state.errors[item.result.id] = nil
    }
  }

  /// - Returns: the item to be tried again; nil once it was tried often enough.
  private func failed(_ item: Item, _ sentence: String, counts: Bool = true) -> Item? {
    var item = item
    if counts { item.tries += 1 }
    item.error = sentence
    state.withLock { $0.errors[item.result.id] = sentence }
    guard item.tries >= Self.mostTries else { return item }
    context.logger.error(
      "the verifier failed \(item.tries) times; the task stays in verifying until 'muster task retry': \(sentence)",
      metadata: ["task": "\(item.result.id)", "kind": "\(item.result.kind)"])
    state.withLock { $0.stuck[item.result.id] = item }
    return nil
  }

  private func putBack(_ item: Item) async {
    let backoff = Backoff(initial: .milliseconds(500), factor: 4, limit: .seconds(60))
    try? await context.time.sleep(for: backoff.delay(afterFailures: max(item.tries, 1)))
    state.withLock { $0.waiting.append(item) }
    bell.ring()
  }
}
