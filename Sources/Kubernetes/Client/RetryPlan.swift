/// Decides whether one request is made again, and when. It never guesses: a request that may have been carried out is
/// repeated only if a second time does no harm.
struct RetryPlan {
  /// How an attempt failed.
  enum Failure: Equatable {
    /// The request never left, as when the connection was refused.
    case notSent
    /// The connection broke after the request had left: the server may have carried it out.
    case broken
    /// An answer that is no success.
    case answer(status: Int, retryAfter: Duration?)
    /// Anything that another attempt does not mend.
    case final
  }

  let policy: RetryPolicy
  /// Whether carrying out the request twice is the same as once.
  let isRepeatable: Bool
  private(set) var failures = 0

  init(_ policy: RetryPolicy, isRepeatable: Bool) {
    self.policy = policy
    self.isRepeatable = isRepeatable
  }

  /// How long to wait before the next attempt; nil: there is none.
  ///
  /// - Parameter random: 0 to 1; spreads clients that failed together.
  mutating func pause(after failure: Failure, random: Double) -> Duration? {
    failures += 1
    guard failures < policy.attempts else { return nil }
    switch failure {
    case .final: return nil
    case .notSent: return backoff(random)
    case .broken: return isRepeatable ? backoff(random) : nil
    case .answer(429, let retryAfter?): return obeyed(retryAfter, random)
    case .answer(429, nil): return backoff(random)
    case .answer(let status, let retryAfter) where [500, 502, 503, 504].contains(status):
      guard isRepeatable else { return nil }
      return retryAfter.map { obeyed($0, random) } ?? backoff(random)
    case .answer: return nil
    }
  }

  /// At least what the server asked for; a little more, so that not all come back in the same moment.
  private func obeyed(_ retryAfter: Duration, _ random: Double) -> Duration? {
    guard retryAfter <= policy.longestRetryAfter else { return nil }
    return max(retryAfter, .zero) + policy.firstPause * random
  }

  private func backoff(_ random: Double) -> Duration {
    var pause = policy.firstPause
    for _ in 1..<max(failures, 1) where pause < policy.longestPause { pause *= 2 }
    return min(pause, policy.longestPause) * (1 - random / 2)
  }
}
