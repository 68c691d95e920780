import Foundation
import MusterCore

/// One row of a store on its way to another.
enum TransferRow: Sendable {
  case task(TransferTask)
  case verification(Verification)
  case attempt(Attempt)
  case dependency(task: Int64, needs: Int64)
  /// A piece of a log. Its position is the store's own business; their order is not.
  case log(position: Int64, key: Int64, bytes: Data, dropped: Int64)

  /// A result that waits for the verifier.
  struct Verification: Sendable {
    var key: Int64
    var epoch: Int64
    var worker: String
    var late: Bool
    var runNanoseconds: Int64
    var result: Data
  }

  /// An attempt that ended otherwise than by a committed result.
  struct Attempt: Sendable {
    var key: Int64
    var epoch: Int64
    var worker: String
    var outcome: String
    var error: String
    var started: Timestamp?
    var ended: Timestamp
  }

  var cursor: TransferCursor {
    switch self {
    case .task(let task): TransferCursor(first: task.sequence, second: 0)
    case .verification(let verification): TransferCursor(first: verification.key, second: 0)
    case .attempt(let attempt): TransferCursor(first: attempt.key, second: 0)
    case .dependency(let task, let needs): TransferCursor(first: task, second: needs)
    case .log(let position, _, _, _): TransferCursor(first: position, second: 0)
    }
  }

  /// Bytes of payloads.
  var size: Int {
    switch self {
    case .task(let task): task.input.count + task.result.count
    case .verification(let verification): verification.result.count
    case .log(_, _, let bytes, _): bytes.count
    case .attempt, .dependency: 0
    }
  }

  func add(to digest: inout TransferDigest) {
    switch self {
    case .task(let task): task.add(to: &digest)
    case .verification(let verification):
      digest.add(verification.key)
      digest.add(verification.epoch)
      digest.add(verification.worker)
      digest.add(verification.late ? 1 : 0)
      digest.add(verification.runNanoseconds)
      digest.add(verification.result)
    case .attempt(let attempt):
      digest.add(attempt.key)
      digest.add(attempt.epoch)
      digest.add(attempt.worker)
      digest.add(attempt.outcome)
      digest.add(attempt.error)
      digest.add(attempt.started?.milliseconds)
      digest.add(attempt.ended.milliseconds)
    case .dependency(let task, let needs):
      digest.add(task)
      digest.add(needs)
    case .log(_, let key, let bytes, let dropped):
      digest.add(key)
      digest.add(bytes)
      digest.add(dropped)
    }
  }
}
