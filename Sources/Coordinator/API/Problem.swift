import CoordinatorAPI
import MusterCore

/// What is wrong with one of many things that were asked for; the others go on.
struct Problem: Error, Sendable, Hashable {
  /// A stable name in snake_case.
  let code: String
  let sentence: String
  /// The same may be taken after so long; nil: not without a change.
  let retryAfter: Duration?

  init(_ code: String, _ sentence: String, retryAfter: Duration? = nil) {
    self.code = code
    self.sentence = sentence
    self.retryAfter = retryAfter
  }

  static func noTask(_ id: String) -> Problem {
    Problem("no_such_task", "no task has the id '\(id.prefix(140))'; 'muster task list' shows those that there are")
  }

  var message: Muster_V1_Problem {
    .with {
      $0.code = code
      $0.message = sentence
      if let retryAfter { $0.retryAfterMilliseconds = UInt64(max(retryAfter.wholeMilliseconds, 1)) }
    }
  }
}
