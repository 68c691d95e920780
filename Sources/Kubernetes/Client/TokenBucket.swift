import MusterCore

/// Says how long a request has to wait so that a rate is kept.
struct TokenBucket {
  private let nanosecondsPerToken: Double
  private let burst: Double
  /// May be negative: so many have been promised to those who wait.
  private var tokens: Double
  private var filled: Moment

  /// - Parameter perSecond: 0 or less is no limit.
  init(perSecond: Double, burst: Int, now: Moment) {
    nanosecondsPerToken = perSecond > 0 ? 1e9 / perSecond : 0
    self.burst = Double(max(burst, 1))
    tokens = self.burst
    filled = now
  }

  /// Takes a token, which is there after the returned time. First come, first served.
  mutating func take(now: Moment) -> Duration {
    guard nanosecondsPerToken > 0 else { return .zero }
    let elapsed = Double((now - filled).wholeNanoseconds)
    if elapsed > 0 {
      tokens = min(burst, tokens + elapsed / nanosecondsPerToken)
      filled = now
    }
    tokens -= 1
    return tokens >= 0 ? .zero : .nanoseconds(Int64(-tokens * nanosecondsPerToken))
  }

  /// Gives back a token that was not used, because its taker went away.
  mutating func giveBack() { tokens = min(burst, tokens + 1) }
}
