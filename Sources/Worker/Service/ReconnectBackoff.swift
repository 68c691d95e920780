/// The waits between attempts to connect: 0.1 s, doubled up to 5 s, each shortened at random by up to half.
///
/// The chance keeps a thousand workers, which lost one coordinator together, from coming back in one instant.
struct ReconnectBackoff {
  static let initial: Duration = .milliseconds(100)
  static let limit: Duration = .seconds(5)
  private var next = ReconnectBackoff.initial

  /// - Parameter chance: 0 to 1.
  mutating func delay(chance: Double = .random(in: 0...1)) -> Duration {
    defer { next = min(next * 2, Self.limit) }
    return next * (1 - 0.5 * chance)
  }

  mutating func reset() { next = Self.initial }
}
