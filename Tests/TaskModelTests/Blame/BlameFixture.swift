import MusterCore

@testable import TaskModel

/// A ledger and short words for what happens to workers. The kind is "k" unless it is said.
final class BlameFixture {
  var ledger = BlameLedger()

  func invalid(_ worker: String, kind: String = "k", task: Int64, at seconds: Double) -> [Sanction] {
    ledger.recordInvalid(worker: worker, kind: kind, task: task, at: at(seconds))
  }

  func failure(_ worker: String, kind: String = "k", task: Int64, at seconds: Double) -> [Sanction] {
    ledger.recordFailure(worker: worker, kind: kind, task: task, at: at(seconds))
  }

  func success(_ worker: String, kind: String = "k", task: Int64, at seconds: Double) -> [Sanction] {
    ledger.recordSuccess(worker: worker, kind: kind, task: task, at: at(seconds))
  }

  func fail(_ worker: String, kind: String = "k", tasks: ClosedRange<Int64>, at seconds: Double) {
    for task in tasks { _ = failure(worker, kind: kind, task: task, at: seconds) }
  }

  @discardableResult
  func setAside(_ worker: String, kind: String = "k", at seconds: Double) -> [Sanction] {
    invalid(worker, kind: kind, task: 1, at: seconds) + invalid(worker, kind: kind, task: 2, at: seconds)
  }
}
