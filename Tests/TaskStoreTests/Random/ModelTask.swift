import Foundation
import MusterCore
import TaskModel

@testable import TaskStore

/// One task of ``StoreModel``.
struct ModelTask {
  struct Unjudged {
    var result: Data
    var late: Bool
    var worker: String
  }

  struct Attempt {
    var worker: String
    /// What the store's history says of it once it has ended otherwise than by a committed result.
    var outcome: String?
    /// It was over when somebody retried the task.
    var forgiven = false
  }

  let id: String
  /// Order of submission.
  let number: Int
  let kind: String
  let priority: Int
  let maxAttempts: Int
  let dependencies: [String]
  var state: TaskState
  var deadline: Timestamp?
  var failures = 0
  var started = false
  var backoff: Moment?
  var attempts: [Token: Attempt] = [:]
  /// The last one handed out.
  var last: Token?
  var failedOn: Set<String> = []
  var unjudged: [Token: Unjudged] = [:]
  var committed: (token: Token, result: Data, late: Bool)?
  /// The dependency that failed it.
  var cause: String?
  /// How often it came to an end; a retry begins anew.
  var ends = 0

  var isJudged: Bool { kind == "judged" }
  var holder: String? { state == .running ? last.flatMap { attempts[$0]?.worker } : nil }
}
