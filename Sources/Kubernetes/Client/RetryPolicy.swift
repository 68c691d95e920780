/// How often, and how long apart, a request is made again that may be made again.
public struct RetryPolicy: Sendable, Hashable {
  /// Times that a request is sent in all; 1 is no retry.
  public var attempts: Int
  /// Before the first retry; doubled before each further one, less up to half at random.
  public var firstPause: Duration
  public var longestPause: Duration
  /// The longest `Retry-After` that is waited for; when the server asks for more, its error is given to the caller.
  public var longestRetryAfter: Duration

  public init(
    attempts: Int = 5, firstPause: Duration = .milliseconds(200), longestPause: Duration = .seconds(5),
    longestRetryAfter: Duration = .seconds(60)
  ) {
    self.attempts = attempts
    self.firstPause = firstPause
    self.longestPause = longestPause
    self.longestRetryAfter = longestRetryAfter
  }

  /// Every error goes to the caller at once.
  public static let never = RetryPolicy(attempts: 1)
}
