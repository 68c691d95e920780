/// The waits between attempts to connect: 0.1 s, doubled up to 5 s, each shortened at random by up to half.
///
/// The chance keeps a thousand workers, which lost one coordinator together, from coming back in one instant.
public struct ReconnectBackoff: Sendable {
  /// The first wait.
  public static let initial: Duration = .milliseconds(100)
  /// The longest wait.
  public static let limit: Duration = .seconds(5)
  private var next = ReconnectBackoff.initial

  public init() {}

  /// The next wait.
  ///
  /// - Parameters:
  ///   - bound: no wait is longer (but for the first wait's length). A coordinator that comes back gives its workers 3 heartbeats; one that waited for longer
  ///     than that would lose what it runs.
  ///   - chance: 0 to 1.
  public mutating func delay(atMost bound: Duration = limit, chance: Double = .random(in: 0...1)) -> Duration {
    defer { next = min(next * 2, Self.limit) }
    return min(next, max(bound, Self.initial)) * (1 - 0.5 * chance)
  }

  /// Begins again with the first wait.
  public mutating func reset() { next = Self.initial }
}
