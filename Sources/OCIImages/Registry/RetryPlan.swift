import MusterCore

/// Whether and when a request is sent again after it failed. A value: the caller waits, and says when it got on.
struct RetryPlan: Sendable {
  enum Trouble: Sendable {
    /// The server answered that it cannot now.
    ///
    /// - Parameter pause: what its `Retry-After` asked for.
    case status(UInt, retryAfter: Duration?)
    /// The connection could not be made, or broke.
    case connection
  }

  /// Tries without any progress between them, the first included.
  let attempts: Int
  let firstPause: Duration
  /// Also how long a server may ask us to wait; one that asks for more is not waited for.
  let longestPause: Duration
  private(set) var failures = 0

  init(attempts: Int = 6, firstPause: Duration = .milliseconds(250), longestPause: Duration = .seconds(60)) {
    self.attempts = attempts
    self.firstPause = firstPause
    self.longestPause = longestPause
  }

  /// How long to wait before the next try; nil: give up.
  ///
  /// - Parameter random: 0 to 1; spreads those that failed together.
  mutating func pause(after trouble: Trouble, random: Double) -> Duration? {
    failures += 1
    guard failures < attempts else { return nil }
    let doubled = firstPause * (1 << min(failures - 1, 20))
    let backoff = min(doubled, longestPause) * (0.5 + random / 2)
    switch trouble {
    case .connection: return backoff
    case .status(let status, let retryAfter):
      guard Self.isPassing(status) else { return nil }
      guard let retryAfter else { return backoff }
      return retryAfter <= longestPause ? max(retryAfter, backoff) : nil
    }
  }

  /// Something got through: those before were another spell of trouble.
  mutating func madeProgress() { failures = 0 }

  /// Whether a status says that the same request may do better later.
  static func isPassing(_ status: UInt) -> Bool { [408, 425, 429, 500, 502, 503, 504].contains(status) }

  /// The seconds of a `Retry-After` field. A date there is not used: the pause is then our own.
  static func retryAfter(_ field: String?) -> Duration? {
    guard let field, field.utf8.count <= 9, let seconds = UInt32(field) else { return nil }
    return .seconds(Int64(seconds))
  }
}
