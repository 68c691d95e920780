import CoordinatorAPI
import Foundation
import MusterCore
import TaskModel
import TaskStore

/// Puts into sentences why a task is not running, what would start it, and when.
struct Explanation: Sendable {
  let context: CoordinatorContext
  let verification: VerificationQueue

  func reasons(for task: TaskRecord) async throws -> [Muster_V1_Reason] {
    if task.state.isFinal {
      let error = task.error.isEmpty ? "" : ": \(task.error)"
      return [
        reason(
          task.state.name,
          task.state == .done ? "it is done" : "it \(task.state == .failed ? "failed" : "was cancelled")\(error)")
      ]
    }
    var sentences: [Muster_V1_Reason] = []
    for why in try await context.store.why(task.id) { sentences.append(try await sentence(why, task)) }
    return sentences
  }

  private func sentence(_ why: WaitingReason, _ task: TaskRecord) async throws -> Muster_V1_Reason {
    switch why {
    case .waitsFor(let tasks):
      let ids = try await context.store.ids(of: Array(tasks.prefix(5)))
      let names = tasks.prefix(5).map { "'\(ids[$0]?.text ?? "?")'" }.joined(separator: ", ")
      let more = tasks.count > 5 ? " and \(tasks.count - 5) more" : ""
      return reason("dependencies", "it waits for \(tasks.count == 1 ? "task" : "tasks") \(names)\(more) to be done")
    case .backoff(let left, let failures, let maxAttempts):
      let last = task.error.isEmpty ? "" : " (the last one: \(task.error))"
      return reason(
        "backoff",
        "\(failures) of \(maxAttempts) attempts failed\(last); it is queued again in \(Self.words(left))")
    case .noWorkerServes(let kind):
      return reason(
        "no_worker", "no connected worker serves the kind '\(kind)'; start one with 'muster worker run --kinds \(kind)'"
      )
    case .noWorkerAccepts(let kind):
      return reason("draining", "every worker that serves the kind '\(kind)' is draining or has lost its connection")
    case .setAside(let workers, let kind):
      return reason(
        "set_aside",
        "every worker that serves the kind '\(kind)' is set aside for its failures (\(workers.prefix(5).map { OriginalProver.displayName($0) }.joined(separator: ", "))); take one back with 'muster worker resume NAME', or start another"
      )
    case .needsMore(let needs, let largest):
      return reason(
        "too_big",
        "it needs \(Self.words(needs)) and the most that one worker has is \(Self.words(largest)); start a bigger worker"
      )
    case .tooLargeForOriginal:
      return reason(
        "over_compat_max_message",
        "its input is too large for clients of the original protocol (compatMaxMessage is \(context.configuration.compatMaxMessage) bytes) and only such clients serve its kind"
      )
    case .inLine(let place, _, let total) where total >= Int(UInt16.max):
      return reason("slots_busy", "it is number \(place) in line for its kind; a prover takes it when it polls")
    case .inLine(let place, let busy, let total):
      return reason(
        "slots_busy",
        busy >= total
          ? "all \(total) slots that could take it are busy; it is number \(place) in line for its kind"
          : "it is number \(place) in line for its kind; \(total - busy) of \(total) slots are free")
    case .reserves(let worker):
      return reason(
        "reserved", "smaller tasks passed it for a minute; worker '\(worker)' now takes nothing else until it fits")
    case .runs(let worker, let started, let since):
      let time = Self.words(context.time.moment() - since)
      let name = OriginalProver.displayName(worker)
      return started
        ? reason("running", "it runs on worker '\(name)' since \(time)")
        : reason("assigned", "worker '\(name)' has it since \(time) and will start it when a slot is free")
    case .verifies(let since):
      if let stuck = verification.stuckReason(task.id) {
        return reason(
          "verifier_failed",
          "its verifier failed \(VerificationQueue.mostTries) times (\(stuck)); mend the verifier, then 'muster task retry \(task.id)'"
        )
      }
      if let error = verification.lastError(task.id) {
        return reason("verifying", "its result is stored; its verifier failed and will be tried again: \(error)")
      }
      return reason(
        "verifying",
        "its result is stored since \(Self.words(context.time.moment() - since)) and waits for the verifier (\(verification.depth) before or beside it)"
      )
    }
  }

  private func reason(_ code: String, _ message: String) -> Muster_V1_Reason {
    .with {
      $0.code = code
      $0.message = message
    }
  }

  private static func words(_ needs: Needs) -> String {
    var parts = ["\(needs.slots) \(needs.slots == 1 ? "slot" : "slots")"]
    if needs.memory > 0 { parts.append("\(ByteSizeText.text(needs.memory)) of memory") }
    if needs.gpus > 0 { parts.append("\(needs.gpus) \(needs.gpus == 1 ? "GPU" : "GPUs")") }
    return parts.joined(separator: ", ")
  }

  private static func words(_ duration: Duration) -> String {
    let seconds = max(duration.seconds, 0)
    return seconds < 10 ? "\((seconds * 10).rounded() / 10) s" : "\(Int(seconds.rounded())) s"
  }
}
