@testable import TaskModel

/// The table of state and event, as it is meant to be. The one in `docs/guarantees.md` must be equal to it, cell by cell.
enum LifeTable {
  static let columns = [
    "event", "waiting", "queued", "running, not started", "running, started", "verifying", "done", "failed",
    "cancelled",
  ]

  static let rows = [
    ["released", "queued", "–", "–", "–", "–", "final", "final", "final"],
    ["claimed", "–", "running", "–", "–", "–", "final", "final", "final"],
    ["started", "stale", "stale", "running", "running", "stale", "final", "final", "final"],
    ["result, no verifier", "stale", "stale", "done", "done", "stale", "final", "final", "final"],
    ["result, to be verified", "stale", "stale", "verifying", "verifying", "stale", "final", "final", "final"],
    ["attempt failed", "stale", "stale", "retry", "retry", "stale", "final", "final", "final"],
    ["attempt lost", "stale", "stale", "queued", "retry", "stale", "final", "final", "final"],
    ["attempt returned", "stale", "stale", "queued", "queued", "stale", "final", "final", "final"],
    ["judged valid", "stale", "stale", "stale", "stale", "done", "final", "final", "final"],
    ["judged invalid", "stale", "stale", "stale", "stale", "retry", "final", "final", "final"],
    ["any of these eight, other token", "stale", "stale", "stale", "stale", "stale", "final", "final", "final"],
    ["late result judged valid", "done", "done", "done", "done", "done", "final", "final", "final"],
    ["cancelled", "cancelled", "cancelled", "cancelled", "cancelled", "cancelled", "final", "final", "final"],
    ["deadline passed", "failed", "failed", "failed", "cancelled", "cancelled", "final", "final", "final"],
    ["dependency failed", "failed", "–", "–", "–", "–", "final", "final", "final"],
    ["retried", "–", "–", "–", "–", "–", "final", "queued", "queued"],
    ["retried, dependencies unfinished", "–", "–", "–", "–", "–", "final", "waiting", "waiting"],
  ]

  static let current = Token(epoch: 7, task: 3, attempt: 2)
  static let other = Token(epoch: 7, task: 3, attempt: 1)
  static let fresh = Token(epoch: 7, task: 3, attempt: 3)

  /// The events that a row stands for.
  static func events(_ row: String) -> [TaskEvent] {
    switch row {
    case "released": [.released]
    case "claimed": [.claimed(fresh)]
    case "started": [.started(current)]
    case "result, no verifier": [.succeeded(current, verify: false)]
    case "result, to be verified": [.succeeded(current, verify: true)]
    case "attempt failed": [.attemptFailed(current)]
    case "attempt lost": [.attemptLost(current)]
    case "attempt returned": [.attemptReturned(current)]
    case "judged valid": [.judgedValid(current)]
    case "judged invalid": [.judgedInvalid(current)]
    case "any of these eight, other token":
      [
        .started(other), .succeeded(other, verify: false), .succeeded(other, verify: true), .attemptFailed(other),
        .attemptLost(other), .attemptReturned(other), .judgedValid(other), .judgedInvalid(other),
      ]
    case "late result judged valid": [.lateResultJudgedValid(other)]
    case "cancelled": [.cancelled]
    case "deadline passed": [.deadlinePassed]
    case "dependency failed": [.dependencyFailed]
    case "retried": [.retried(waiting: false)]
    case "retried, dependencies unfinished": [.retried(waiting: true)]
    default: []
    }
  }

  /// A task in a column's state: handed out twice, failed once, and with one more attempt to lose or without.
  static func life(_ column: String, lastAttempt: Bool) -> TaskLife? {
    let started = column == "running, started" || column == "verifying"
    guard let state = TaskState(name: column.split(separator: ",").first.map(String.init) ?? "") else { return nil }
    return TaskLife(
      state: state, token: current, started: started, failures: 1, handouts: 2, maxAttempts: lastAttempt ? 2 : 3)
  }

  /// What a cell says should come of an event.
  static func reaction(_ cell: String, from state: TaskState, lastAttempt: Bool) -> TaskReaction? {
    switch cell {
    case "–": .refused(.notApplicable)
    case "stale": .refused(.stale)
    case "final": .refused(.final(state))
    case "retry": .moved(from: state, to: lastAttempt ? .failed : .waiting)
    default: TaskState(name: cell).map { .moved(from: state, to: $0) }
    }
  }
}
