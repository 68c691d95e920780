import Synchronization

/// Runs the first body that it is given and no other: for what a process may do only once.
final class Once: Sendable {
  private let isDone = Mutex(false)

  /// Whether `body` was run.
  @discardableResult
  func run(_ body: () -> Void) -> Bool {
    isDone.withLock { isDone in
      if isDone { return false }
      isDone = true
      body()
      return true
    }
  }
}
