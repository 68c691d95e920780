import Dispatch
import Synchronization

/// Work for a connection's thread, in the order in which it came.
final class Mailbox: Sendable {
  typealias Job = @Sendable (PostgresSession) -> Void

  private struct State {
    var jobs: [Job] = []
    var isClosed = false
    var hasEnded = false
    var closers: [CheckedContinuation<Void, Never>] = []
  }
  private let state = Mutex(State())
  /// Counts how often `jobs` went from empty to not empty, or the box was closed.
  private let changes = DispatchSemaphore(value: 0)

  /// - Returns: false if the box is closed: the job will not be done.
  func post(_ job: @escaping Job) -> Bool {
    let (accepted, wasEmpty) = state.withLock { state in
      if state.isClosed { return (false, false) }
      state.jobs.append(job)
      return (true, state.jobs.count == 1)
    }
    if wasEmpty { changes.signal() }
    return accepted
  }

  /// What is in the box will be done, nothing more is taken.
  func close() {
    state.withLock { $0.isClosed = true }
    changes.signal()
  }

  /// Returns when the thread has called ``ended()``.
  func waitForEnd() async {
    await withCheckedContinuation { continuation in
      let hasEnded = state.withLock { state in
        if !state.hasEnded { state.closers.append(continuation) }
        return state.hasEnded
      }
      if hasEnded { continuation.resume() }
    }
  }

  /// For the thread: waits for jobs; nil when there are no more and the box is closed.
  func next() -> [Job]? {
    while true {
      let (jobs, isClosed) = state.withLock { state in
        let jobs = state.jobs
        state.jobs = []
        return (jobs, state.isClosed)
      }
      if !jobs.isEmpty { return jobs }
      if isClosed { return nil }
      changes.wait()
    }
  }

  /// For the thread: the last thing that it does.
  func ended() {
    let closers = state.withLock { state in
      state.isClosed = true
      state.hasEnded = true
      defer { state.closers = [] }
      return state.closers
    }
    for closer in closers { closer.resume() }
  }
}
