import Foundation
import MusterCore
import TaskModel

/// A task as every store keeps it, with its payloads. What a store derives from the rest is not here.
struct TransferTask: Sendable {
  var sequence: Int64
  var id: String
  var kind: String
  var state: TaskState
  var priority: Int16
  var needs: Needs
  var oversize: Bool
  var maxAttempts: Int
  var submitted: Timestamp
  var deadline: Timestamp?
  var identity: Data
  var labels: [String: String]
  var input: Data
  var failures: Int
  var handouts: Int64
  var forgiven: Int64
  /// Of the last hand-out.
  var epoch: Int64?
  var worker: String?
  var handed: Timestamp?
  /// The worker said that the program runs; of a running task only.
  var started: Bool
  /// Of a waiting task only.
  var notBefore: Timestamp?
  var error: String?
  var finished: Timestamp?
  var failedBy: Int64?
  var resultKey: Int64?
  /// Of a task that is done.
  var result: Data
  var late: Bool
  var runNanoseconds: Int64
  /// Workers that shall not have it again. Follows from the attempts, and is not compared.
  var failedOn: [String]

  func add(to digest: inout TransferDigest) {
    digest.add(sequence)
    digest.add(id)
    digest.add(kind)
    digest.add(Int64(state.rawValue))
    digest.add(Int64(priority))
    digest.add(Int64(needs.slots))
    digest.add(Int64(bitPattern: needs.memory))
    digest.add(Int64(needs.gpus))
    digest.add(oversize ? 1 : 0)
    digest.add(Int64(maxAttempts))
    digest.add(submitted.milliseconds)
    digest.add(deadline?.milliseconds)
    digest.add(identity)
    for (name, value) in labels.sorted(by: { $0.key < $1.key }) {
      digest.add(name)
      digest.add(value)
    }
    digest.add(input)
    digest.add(Int64(failures))
    digest.add(handouts)
    digest.add(forgiven)
    digest.add(epoch)
    digest.add(worker)
    digest.add(handed?.milliseconds)
    digest.add(started ? 1 : 0)
    digest.add(notBefore?.milliseconds)
    digest.add(error)
    digest.add(finished?.milliseconds)
    digest.add(failedBy)
    digest.add(resultKey)
    digest.add(result)
    digest.add(late ? 1 : 0)
    digest.add(runNanoseconds)
  }
}
