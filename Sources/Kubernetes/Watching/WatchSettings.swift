/// How a watch is kept up.
public struct WatchSettings: Sendable, Hashable {
  /// Seconds after which the server is asked to end the connection, chosen at random in this range, so that many
  /// watches do not come back together.
  public var seconds: ClosedRange<Int>
  /// How much longer the server may take to do so, before the connection counts as dead.
  public var grace: Duration
  /// Before the first attempt after a failure; doubled with each further one, less up to half at random.
  public var firstPause: Duration
  public var longestPause: Duration
  /// A watch that lasted so long was sound: pauses begin small again.
  public var soundAfter: Duration
  /// Objects in one answer, when they are listed first.
  public var pageSize: Int

  public init(
    seconds: ClosedRange<Int> = 300...600, grace: Duration = .seconds(30), firstPause: Duration = .milliseconds(800),
    longestPause: Duration = .seconds(30), soundAfter: Duration = .seconds(10), pageSize: Int = 500
  ) {
    self.seconds = seconds
    self.grace = grace
    self.firstPause = firstPause
    self.longestPause = longestPause
    self.soundAfter = soundAfter
    self.pageSize = pageSize
  }
}
