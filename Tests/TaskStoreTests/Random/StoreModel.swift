import Foundation
import MusterCore
import TaskModel

@testable import TaskStore

/// What a store must do, written down as plainly as possible: dictionaries and loops over all tasks, no files, no queue.
///
/// Follows the semantics, not the store's code: where both say the same for a hundred thousand random steps, both are right
/// or wrong in the same way, and the latter is what the written-out tests are for.
struct StoreModel {
  var tasks: [String: ModelTask] = [:]
  var owner: [Token: String] = [:]
  /// Ids by the number that a token carries.
  var sequence: [Int64: String] = [:]
  /// Enrolled workers and their slots.
  var workers: [String: Int] = [:]
  var now = Moment(nanoseconds: 0)
  var wall: Timestamp
  /// What the last step must have signalled.
  var ended: [String] = []
  var stops: [Token] = []

  // MARK: Submitting, cancelling, retrying

  mutating func submit(_ task: ModelTask) -> SubmitOutcome {
    if let existing = tasks[task.id] { return .existing(existing.state) }
    var task = task
    task.state = task.dependencies.allSatisfy { tasks[$0]?.state == .done } ? .queued : .waiting
    tasks[task.id] = task
    if let cause = task.dependencies.last(where: { isBroken($0) }) {
      finish(task.id, .failed, cause: cause)
      return .accepted(.failed)
    }
    return .accepted(task.state)
  }

  mutating func cancel(_ id: String) -> ChangeOutcome {
    guard let task = tasks[id] else { return .unknown }
    if task.state.isFinal { return .unchanged(task.state) }
    stopCurrent(id, outcome: "cancelled by request")
    finish(id, .cancelled)
    return .changed(.cancelled)
  }

  mutating func retry(_ id: String) -> (outcome: ChangeOutcome, blockers: Set<String>) {
    guard let task = tasks[id] else { return (.unknown, []) }
    guard task.state == .failed || task.state == .cancelled else { return (.unchanged(task.state), []) }
    let blockers = Set(task.dependencies.filter { isBroken($0) })
    if let one = blockers.first { return (.blocked(by: TaskID(trusted: one)), blockers) }
    var revived = [id]
    while let next = revived.popLast() {
      revive(next)
      for dependent in tasks.values where dependent.cause == next && dependent.state == .failed {
        if let other = dependent.dependencies.first(where: { isBroken($0) }) {
          tasks[dependent.id]?.cause = other
        } else {
          revived.append(dependent.id)
        }
      }
    }
    return (.changed(tasks[id]?.state ?? .queued), [])
  }

  private mutating func revive(_ id: String) {
    guard var task = tasks[id] else { return }
    task.state = task.dependencies.allSatisfy { tasks[$0]?.state == .done } ? .queued : .waiting
    task.failures = 0
    task.failedOn = []
    task.deadline = nil
    task.backoff = nil
    task.cause = nil
    for token in task.attempts.keys { task.attempts[token]?.forgiven = true }
    tasks[id] = task
  }

  private func isBroken(_ id: String) -> Bool { tasks[id]?.state == .failed || tasks[id]?.state == .cancelled }

  // MARK: Handing out

  /// Whether `worker` may have the task: one that failed it only if no other accepting worker has not.
  func isOpen(_ task: ModelTask, to worker: String) -> Bool {
    task.state == .queued && (!task.failedOn.contains(worker) || workers.keys.allSatisfy(task.failedOn.contains))
  }

  func held(by worker: String) -> [Token] { tasks.values.compactMap { $0.holder == worker ? $0.last : nil } }

  mutating func claimed(_ id: String, _ token: Token, by worker: String) {
    owner[token] = id
    sequence[token.task] = id
    tasks[id]?.state = .running
    tasks[id]?.last = token
    tasks[id]?.started = false
    tasks[id]?.attempts[token] = ModelTask.Attempt(worker: worker)
  }

  mutating func start(_ token: Token, by worker: String) {
    guard let id = owner[token], tasks[id]?.last == token, tasks[id]?.holder == worker else { return }
    tasks[id]?.started = true
  }

  // MARK: Ends

  /// Tokens of attempts that were lost, of tasks that are not final and whose late results a verifier may let pass.
  func overdue() -> [Token] {
    tasks.values.filter { !$0.state.isFinal && $0.isJudged }
      .flatMap { $0.attempts.filter { $0.value.outcome == "lost" || $0.value.outcome == "expired" }.keys }
      .sorted { $0.number < $1.number }
  }

  mutating func end(_ report: EndReport, result: Data, by worker: String) -> EndOutcome.Verdict {
    // A token that was never given out may still name a task.
    guard let id = owner[report.token] ?? sequence[report.token.task], let task = tasks[id] else { return .stale }
    guard task.last == report.token, task.holder == worker else { return endOld(report, result, task, worker) }
    switch report.end {
    case .done:
      if task.isJudged && !report.verified {
        tasks[id]?.state = .verifying
        tasks[id]?.unjudged[report.token] = ModelTask.Unjudged(result: result, late: false, worker: worker)
        return .verifying
      }
      commit(id, report.token, result, late: false)
      return .committed
    case .returned:
      tasks[id]?.state = .queued
      return .requeued
    case .lost, .expired, .cancelled:
      tasks[id]?.attempts[report.token]?.outcome = report.end.rawValue
      if task.started { return useUp(id) }
      tasks[id]?.state = .queued
      return .requeued
    case .failed, .retry, .timeout, .memory, .unrunnable:
      tasks[id]?.attempts[report.token]?.outcome = report.end.rawValue
      if report.end != .retry { tasks[id]?.failedOn.insert(worker) }
      return useUp(id)
    }
  }

  private mutating func endOld(
    _ report: EndReport, _ result: Data, _ task: ModelTask, _ worker: String
  ) -> EndOutcome.Verdict {
    let done = report.end == .done
    if done, let waiting = task.unjudged[report.token] { return waiting.result == result ? .verifying : .stale }
    if task.state.isFinal {
      if done, let committed = task.committed, committed.token == report.token, committed.result == result {
        return committed.late ? .committedLate : .committed
      }
      return task.state == .failed && task.last == report.token && !done ? .committed : .discarded
    }
    guard let attempt = task.attempts[report.token], let outcome = attempt.outcome, attempt.worker == worker else {
      return .stale
    }
    guard done else { return outcome == report.end.rawValue ? .requeued : .stale }
    guard outcome == "lost" || outcome == "expired", task.isJudged || report.verified else { return .stale }
    guard report.verified else {
      tasks[task.id]?.unjudged[report.token] = ModelTask.Unjudged(result: result, late: true, worker: worker)
      return .verifying
    }
    stopCurrent(task.id, outcome: "overtaken")
    commit(task.id, report.token, result, late: true)
    return .committedLate
  }

  mutating func judge(_ token: Token, valid: Bool) -> EndOutcome.Verdict {
    guard let id = owner[token], let waiting = tasks[id]?.unjudged[token] else { return .stale }
    if valid {
      if waiting.late { stopCurrent(id, outcome: "overtaken") }
      commit(id, token, waiting.result, late: waiting.late)
      return waiting.late ? .committedLate : .committed
    }
    tasks[id]?.unjudged[token] = nil
    tasks[id]?.attempts[token]?.outcome = "invalid"
    if tasks[id]?.attempts[token]?.forgiven == false { tasks[id]?.failedOn.insert(waiting.worker) }
    return waiting.late ? .discarded : useUp(id)
  }

  mutating func dismiss(_ worker: String) {
    for token in held(by: worker) { _ = end(EndReport(token: token, end: .lost), result: Data(), by: worker) }
    workers[worker] = nil
  }

  // MARK: Time

  mutating func pass(_ duration: Duration) {
    now = now + duration
    wall = wall + duration
    for task in tasks.values where task.state == .waiting {
      guard let backoff = task.backoff, backoff <= now else { continue }
      tasks[task.id]?.backoff = nil
      tasks[task.id]?.state = .queued
    }
    for task in tasks.values.sorted(by: { $0.number < $1.number }) {
      guard let deadline = task.deadline, deadline <= wall, let state = tasks[task.id]?.state, !state.isFinal else {
        continue
      }
      stopCurrent(task.id, outcome: "deadline")
      // What was handed out but has not started did not run.
      finish(task.id, state == .running && task.started || state == .verifying ? .cancelled : .failed)
    }
  }

  // MARK: Moves

  private mutating func stopCurrent(_ id: String, outcome: String) {
    guard let task = tasks[id], task.state == .running, let token = task.last else { return }
    tasks[id]?.attempts[token]?.outcome = outcome
    stops.append(token)
  }

  private mutating func useUp(_ id: String) -> EndOutcome.Verdict {
    guard var task = tasks[id] else { return .stale }
    task.failures += 1
    if task.failures >= task.maxAttempts {
      tasks[id] = task
      finish(id, .failed)
      return .committed
    }
    task.state = .waiting
    task.backoff =
      now + Backoff(initial: .seconds(1), factor: 2, limit: .seconds(60)).delay(afterFailures: task.failures)
    tasks[id] = task
    return .requeued
  }

  private mutating func commit(_ id: String, _ token: Token, _ result: Data, late: Bool) {
    tasks[id]?.committed = (token, result, late)
    tasks[id]?.unjudged[token] = nil
    finish(id, .done)
  }

  private mutating func finish(_ id: String, _ state: TaskState, cause: String? = nil) {
    guard var task = tasks[id] else { return }
    for (token, waiting) in task.unjudged where !waiting.late { task.attempts[token]?.outcome = "discarded" }
    task.unjudged = [:]
    task.state = state
    task.backoff = nil
    task.cause = cause
    task.ends += 1
    tasks[id] = task
    ended.append(id)
    for dependent in tasks.values where dependent.dependencies.contains(id) {
      // By another way it may have failed meanwhile.
      guard tasks[dependent.id]?.state == .waiting else { continue }
      if state != .done {
        finish(dependent.id, .failed, cause: id)
      } else if dependent.backoff == nil, dependent.dependencies.allSatisfy({ tasks[$0]?.state == .done }) {
        tasks[dependent.id]?.state = .queued
      }
    }
  }
}
