import CoordinatorAPI
import Foundation
import TaskModel

extension WorkerMachine {
  mutating func started(_ token: Token) {
    guard case .running = attempts[token]?.stage, attempts[token]?.isStarted == false else { return }
    attempts[token]?.isStarted = true
    if link == .up, attempts[token]?.isAbandoned == false { outbox.started.append(token) }
  }

  mutating func logged(_ token: Token, _ text: Data) {
    guard case .running(_, let stop) = attempts[token]?.stage, stop != .abandoned, !text.isEmpty else { return }
    let wasEmpty = attempts[token]?.log.isEmpty ?? true
    let room = settings.limits.waitingLog - outbox.logBytes
    outbox.logBytes += attempts[token]?.log.append(text, limit: settings.limits.attemptLog, room: room) ?? 0
    if wasEmpty { outbox.logs.append(token) }
    if outbox.logBytes >= settings.limits.frameLog {
      outbox.areLogsDue = true
    } else if !isLogTimerSet, !outbox.areLogsDue {
      isLogTimerSet = true
      actions.append(.sendLogsLater)
    }
  }

  mutating func ended(_ token: Token, _ result: AttemptResult) {
    guard let held = attempts[token], case .running(let grant, let stop) = held.stage else { return }
    capacity.give(grant)
    if stop == .abandoned {
      counts.givenUp += 1
      return forget(token)
    }
    end(token, judged(result, of: held, stop: stop))
  }

  /// What the coordinator is told: a result that came in spite of a stop is still a result, anything else is the stop's doing.
  private func judged(_ result: AttemptResult, of held: HeldAttempt, stop: HeldAttempt.StopReason?) -> AttemptResult {
    var result = result
    if result.outcome == .done {
      if let maxResult, result.result.count > maxResult {
        result.outcome = .failed
        result.error =
          "The result of task \(held.request.taskID) has \(result.result.count) bytes; the coordinator takes at most "
          + "\(maxResult)."
      }
    } else if stop == .asked {
      result.outcome = .cancelled
      result.error = "Cancelled."
    } else if stop == .handedBack {
      result.outcome = .returned
      result.error = "Stopped by worker \(settings.name), which left before it could end."
    }
    // The protocol promises a sentence.
    if result.outcome != .done, result.error.isEmpty { result.error = "It ended without a reason." }
    return result
  }

  /// Makes an attempt an ended one. Its input and its place are given up; the end itself stays until it is answered.
  mutating func end(_ token: Token, _ result: AttemptResult) {
    guard attempts[token] != nil else { return }
    counts.count(result.outcome)
    let payload = result.outcome == .done ? result.result : Data()
    let inPieces = payload.count > settings.limits.inline
    var message = Muster_V1_AttemptEnd()
    message.epoch = token.epoch
    message.number = token.number
    message.outcome = result.outcome.wire
    message.error = result.error
    message.exitCode = result.exitCode
    message.runNanoseconds = UInt64(clamping: result.runTime.wholeNanoseconds)
    message.peakMemory = result.peakMemory
    message.resultSize = UInt64(payload.count)
    if !inPieces { message.result = payload }
    nextOrder += 1
    attempts[token]?.request.input = Data()
    attempts[token]?.stage = .ended(
      HeldAttempt.End(message: message, payload: inPieces ? payload : Data(), order: nextOrder))
    queueEnd(token)
  }

  /// Lets an end go out: after the attempt's log, and after the pieces of its result.
  mutating func queueEnd(_ token: Token) {
    guard link == .up, let held = attempts[token], case .ended(let end) = held.stage else { return }
    if !held.log.isEmpty {
      outbox.areLogsDue = true
    } else if end.sent < end.payload.count {
      outbox.results.append(token)
    } else {
      outbox.ends.append(token)
    }
  }

  mutating func answered(_ token: Token) {
    guard case .ended = attempts[token]?.stage else { return }
    forget(token)
  }
}

extension WorkerCounts {
  mutating func count(_ outcome: AttemptResult.Outcome) {
    switch outcome {
    case .done: done += 1
    case .failed, .retry, .timeout, .memory, .unrunnable: failed += 1
    case .returned, .cancelled: givenUp += 1
    }
  }
}

extension AttemptResult.Outcome {
  var wire: Muster_V1_AttemptOutcome {
    switch self {
    case .done: .done
    case .failed: .failed
    case .retry: .retry
    case .timeout: .timeout
    case .memory: .memory
    case .returned: .returned
    case .cancelled: .cancelled
    case .unrunnable: .unrunnable
    }
  }
}
