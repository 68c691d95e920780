/// How a client behaves towards its API server: how fast, how patient, how stubborn.
public struct ClientBehaviour: Sendable, Hashable {
  /// Requests a second, on average; 0 is no limit. Keeps a busy program from starving its neighbours.
  public var requestsPerSecond: Double
  /// How many requests may go at once after a pause.
  public var burst: Int
  /// How long until the head of an answer has come. Watches and logs may then last as long as they like.
  public var patience: Duration
  /// How long the body of an answer may pause that is read whole, or is a log that is not followed.
  public var idleLimit: Duration
  /// Bytes of an answer that is read whole; more is an error.
  public var largestAnswer: Int
  public var retries: RetryPolicy
  /// Who asks, as it stands in the server's audit log.
  public var userAgent: String

  public init(
    requestsPerSecond: Double = 50, burst: Int = 100, patience: Duration = .seconds(30),
    idleLimit: Duration = .seconds(30), largestAnswer: Int = 512 << 20, retries: RetryPolicy = RetryPolicy(),
    userAgent: String = "swift-kubernetes"
  ) {
    self.requestsPerSecond = requestsPerSecond
    self.burst = burst
    self.patience = patience
    self.idleLimit = idleLimit
    self.largestAnswer = largestAnswer
    self.retries = retries
    self.userAgent = userAgent
  }
}
