import Synchronization

/// Lets a number of callers through at a time; the others wait in line.
final class SlotLimit: Sendable {
  private struct State {
    var free: Int
    var waiting: [CheckedContinuation<Void, Never>] = []
  }
  private let state: Mutex<State>

  /// - Parameter count: 1 or more.
  init(_ count: Int) { state = Mutex(State(free: max(count, 1))) }

  /// Returns when a slot is the caller's; each call must be followed by ``giveBack()``.
  func take() async {
    await withCheckedContinuation { continuation in
      let goesOn = state.withLock { state in
        guard state.free > 0 else {
          state.waiting.append(continuation)
          return false
        }
        state.free -= 1
        return true
      }
      if goesOn { continuation.resume() }
    }
  }

  func giveBack() {
    let next: CheckedContinuation<Void, Never>? = state.withLock { state in
      if state.waiting.isEmpty {
        state.free += 1
        return nil
      }
      return state.waiting.removeFirst()
    }
    next?.resume()
  }
}
