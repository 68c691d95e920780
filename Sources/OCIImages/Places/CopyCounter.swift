import Synchronization

/// Counts for several tasks, and tells.
final class CopyCounter: Sendable {
  private let state = Mutex(CopyProgress())
  private let continuation: AsyncStream<CopyProgress>.Continuation

  init(_ continuation: AsyncStream<CopyProgress>.Continuation) { self.continuation = continuation }

  func change(_ change: (inout CopyProgress) -> Void) {
    // Told under the lock: otherwise an older picture could come last, and stay.
    state.withLock { state in
      change(&state)
      continuation.yield(state)
    }
  }

  func end() { continuation.finish() }
}
