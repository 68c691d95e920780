import Synchronization
import TaskModel

@testable import TaskStore

/// What those who work over one or several stores were told: by answers, and by signals.
final class Tally: Sendable {
  struct Told: Sendable {
    /// Answers that said that a task had come to its end, by task.
    var committed: [String: Int] = [:]
    /// Signals that said the same.
    var signalled: [String: Int] = [:]
    /// Tokens that were handed out.
    var handedOut: [Token: Int] = [:]
    /// Submissions that were acknowledged.
    var acknowledged: Set<String> = []
    /// Calls that the store could not answer.
    var unanswered = 0
    /// What must not happen.
    var surprises: [String] = []
  }
  private let told = Mutex(Told())

  var all: Told { told.withLock { $0 } }

  /// How many tasks are known to have ended.
  var ended: Int { told.withLock { $0.signalled.count } }

  func note(_ change: (inout Told) -> Void) { told.withLock { change(&$0) } }

  func surprise(_ what: String) { note { $0.surprises.append(what) } }
}
