import MusterCore

/// So many a second on average, and so many at once: a token bucket. A value; no clock of its own.
public struct RateLimit: Sendable {
  private let rate: Double
  private let burst: Double
  private var level: Double
  private var last: Moment?

  /// - Parameters:
  ///   - rate: a second; more than 0.
  ///   - burst: at once; 1 or more.
  public init(rate: Double, burst: Double) {
    self.rate = rate
    self.burst = max(burst, 1)
    level = self.burst
  }

  /// Takes one if there is one.
  ///
  /// - Returns: nil if it was taken; else how long until there is one.
  public mutating func take(at now: Moment) -> Duration? {
    if let last, now > last { level = min(level + (now - last).seconds * rate, burst) }
    last = max(last ?? now, now)
    guard level < 1 else {
      level -= 1
      return nil
    }
    return .seconds((1 - level) / rate)
  }

  /// Nothing was taken for so long that it holds all it can: it may be forgotten.
  public func isFull(at now: Moment) -> Bool {
    guard let last else { return true }
    return level + (now - last).seconds * rate >= burst
  }
}
