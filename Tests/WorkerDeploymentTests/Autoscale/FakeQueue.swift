import MusterCore
import Synchronization

@testable import WorkerDeployment

/// A coordinator of which a test says what it has.
final class FakeQueue: AutoscaleObserver {
  struct State {
    var report = QueueReport()
    var problem: WorkerDeploymentError?
    var calls: [String] = []
    /// What workers are given between a look and the word to drain.
    var lateTasks: [String: Int] = [:]
  }

  let state = Mutex(State())

  func queue() async throws -> QueueReport {
    try state.withLock { state in
      if let problem = state.problem { throw problem }
      return state.report
    }
  }

  func drain(_ worker: String) async throws -> Int {
    try state.withLock { state in
      state.calls.append("drain \(worker)")
      guard state.report.workers[worker] != nil else { throw WorkerDeploymentError(.notThere, "no such worker") }
      state.report.workers[worker]?.isDraining = true
      let late = state.lateTasks.removeValue(forKey: worker) ?? 0
      state.report.workers[worker]?.tasks += late
      return state.report.workers[worker]?.tasks ?? 0
    }
  }

  var calls: [String] { state.withLock { $0.calls } }

  /// - Parameter workers: how many tasks each has in hand.
  func set(queued: Int, workers: [String: Int]) {
    state.withLock { state in
      state.report.kinds = [
        .init(
          "block", queued: queued, ages: Array(repeating: .zero, count: workers.values.reduce(0, +)),
          runTime: .init(mean: .seconds(600), count: 1000))
      ]
      state.report.workers = workers.mapValues { .init(tasks: $0) }
    }
  }
}
