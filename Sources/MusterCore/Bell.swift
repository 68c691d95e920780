import Synchronization

/// Wakes the one who waits. Rings that nobody heard count as one.
///
/// An `AsyncStream` of a bounded buffer would do, but it ends for good when one waiter is cancelled.
public final class Bell: Sendable {
  private enum State {
    case silent, rung
    case waiting(CheckedContinuation<Void, Never>)
  }
  private let state = Mutex(State.silent)

  public init() {}

  public func ring() {
    let waiter: CheckedContinuation<Void, Never>? = state.withLock { state in
      guard case .waiting(let continuation) = state else {
        state = .rung
        return nil
      }
      state = .silent
      return continuation
    }
    waiter?.resume()
  }

  /// Returns at the next ring, at once if one came before, and when the task is cancelled.
  public func wait() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let returnsNow = state.withLock { state in
          if case .rung = state {
            state = .silent
            return true
          }
          state = .waiting(continuation)
          return false
        }
        if returnsNow { continuation.resume() }
      }
    } onCancel: {
      ring()
    }
  }
}
