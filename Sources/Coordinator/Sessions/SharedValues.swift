import Synchronization

/// A flag that several tasks set and read.
final class SharedFlag: Sendable {
  private let state = Mutex(false)
  var value: Bool { state.withLock { $0 } }
  func set(_ value: Bool) { state.withLock { $0 = value } }
  /// Sets it; returns what it was.
  func exchange(_ value: Bool) -> Bool {
    state.withLock { state in
      defer { state = value }
      return state
    }
  }
}

/// A set that several tasks change.
final class SharedSet: Sendable {
  private let state = Mutex<Set<String>>([])
  /// Whether it was not there before.
  func insert(_ element: String) -> Bool { state.withLock { $0.insert(element).inserted } }
  func remove(_ element: String) { _ = state.withLock { $0.remove(element) } }
}

/// A number that several tasks set and read.
final class SharedNumber: Sendable {
  private let state: Mutex<Int>
  init(_ value: Int) { state = Mutex(value) }
  var value: Int { state.withLock { $0 } }
  /// Sets it to `value`, and does `body` with it, unless it is higher already.
  func raise(to value: Int, _ body: () -> Void) {
    state.withLock { state in
      guard value >= state else { return }
      state = value
      body()
    }
  }
}
