import Synchronization

/// Set when another coordinator has news; taken by the next round.
final class NewsFlag: Sendable {
  private let state = Mutex(false)
  func set() { state.withLock { $0 = true } }
  func take() -> Bool {
    state.withLock { state in
      defer { state = false }
      return state
    }
  }
}
