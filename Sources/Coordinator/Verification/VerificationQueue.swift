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
    var waiting: [Item] = []
    var known: Set<Token> = []
    var stuck: [TaskID: Item] = [:]
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

  var depth: Int { state.withLock { $0.waiting.count + $0.running } }

  /// Judges until cancelled.
  func run() async {
    await withDiscardingTaskGroup { group in
      while !Task.isCancelled {
        let item: Item? = state.withLock { state in
          guard state.running < context.configuration.verifySlots, !state.waiting.isEmpty else { return nil }
          state.running += 1
          return state.waiting.removeFirst()
        }
        guard let item else {
          await bell.wait()
          continue
        }
        group.addTask {
          await self.handle(item)
          self.state.withLock { $0.running -= 1 }
          self.bell.ring()
        }
      }
    }
  }

  private func handle(_ item: Item) async {
    let result = item.result
    let verdict: ResultJudge.Verdict
    do {
      guard let kind = context.kind(result.kind), let payloads = try await context.store.payloads(of: result.token)
      else {
        return settle(item)
      }
      verdict = await judge.judge(
        kind: kind, task: result.id, input: try payloads.input.load(), result: try payloads.result.load())
    } catch {
      verdict = .error("\(error)")
    }
    if Task.isCancelled { return }
    switch verdict {
    case .valid: await tell(item, Judgement(token: result.token, valid: true))
    case .invalid(let reason): await tell(item, Judgement(token: result.token, valid: false, reason: reason))
    case .error(let sentence): await putOff(item, sentence)
    }
  }

  private func tell(_ item: Item, _ judgement: Judgement) async {
    let result = item.result
    do {
      let outcome = try await context.store.judge([judgement])
      settle(item)
      if outcome.first?.verdict == .stale { return }
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
    } catch {
      await putOff(item, "the store did not take the verdict: \(error)", counts: false)
    }
  }

  private func settle(_ item: Item) { state.withLock { _ = $0.known.remove(item.result.token) } }

  private func putOff(_ item: Item, _ sentence: String, counts: Bool = true) async {
    var item = item
    if counts { item.tries += 1 }
    item.error = sentence
    if item.tries >= Self.mostTries {
      context.logger.error(
        "the verifier failed \(item.tries) times; the task stays in verifying until 'muster task retry': \(sentence)",
        metadata: ["task": "\(item.result.id)", "kind": "\(item.result.kind)"])
      state.withLock { $0.stuck[item.result.id] = item }
      return
    }
    let pause = Backoff(initial: .milliseconds(500), factor: 4, limit: .seconds(60)).delay(
      afterFailures: max(item.tries, 1))
    try? await context.time.sleep(for: pause)
    state.withLock { $0.waiting.append(item) }
    bell.ring()
  }
}
