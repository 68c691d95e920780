import Synchronization

/// Opens once; whoever waits, or comes later, goes on.
final class Latch: Sendable {
  private struct State {
    var isOpen = false
    var waiters: [AsyncStream<Never>.Continuation] = []
  }
  private let state = Mutex(State())

  var isOpen: Bool { state.withLock { $0.isOpen } }

  func open() {
    let waiters = state.withLock { state in
      state.isOpen = true
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.finish() }
  }

  /// Returns when the latch is open or the task is cancelled, whichever is first.
  func wait() async {
    let (stream, continuation) = AsyncStream<Never>.makeStream()
    let isOpen = state.withLock { state in
      if !state.isOpen { state.waiters.append(continuation) }
      return state.isOpen
    }
    if isOpen { return }
    for await _ in stream {}
  }
}
