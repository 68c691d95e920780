import Synchronization

/// Whether something is away, shared by all who notice, so that one of them says it.
final class Outage: Sendable {
  private let isAway = Mutex(false)

  /// - Returns: true for the first who notices.
  func begin() -> Bool {
    isAway.withLock { isAway in
      defer { isAway = true }
      return !isAway
    }
  }

  /// - Returns: true for the first who notices that it is back.
  func end() -> Bool {
    isAway.withLock { isAway in
      defer { isAway = false }
      return isAway
    }
  }
}
