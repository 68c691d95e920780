import MusterCore
import TaskModel

/// What a coordinator is started with.
public struct CoordinatorConfiguration: Sendable {
  /// One address on which gRPC is served.
  public struct Listener: Sendable, Hashable {
    public enum ServiceName: String, Sendable, Hashable { case muster, original }
    /// A literal IPv4 or IPv6 address, or `localhost`.
    public var host: String
    /// 0: any free one.
    public var port: Int
    public var services: Set<ServiceName>

    public init(host: String, port: Int, services: Set<ServiceName>) {
      self.host = host
      self.port = port
      self.services = services
    }
  }

  public var listeners: [Listener]
  /// For `/healthz`, `/readyz` and `/metrics`. Nil: not served.
  public var http: (host: String, port: Int)?
  public var kinds: [KindDefinition]
  public var heartbeat: Duration
  /// How many verifiers run at a time; 1 or more.
  public var verifySlots: Int
  /// How long one run of a verifier may take.
  public var verifyTimeout: Duration
  /// Bytes.
  public var maxInput: Int
  /// Bytes.
  public var maxResult: Int
  /// The largest encoded task for clients of the original protocol, in bytes.
  public var compatMaxMessage: Int
  /// Bytes of large results on their way in, over all workers.
  public var maxTransfer: Int
  /// Bytes of an attempt's log that are kept.
  public var maxLog: Int
  /// How long a final task stays whose kind says nothing, or is not in the file.
  public var keep: Duration
  /// How long a stop waits for what is in flight.
  public var drainTimeout: Duration

  public init(
    listeners: [Listener] = [Listener(host: "127.0.0.1", port: 50055, services: [.muster, .original])],
    http: (host: String, port: Int)? = ("127.0.0.1", 8055), kinds: [KindDefinition] = [],
    heartbeat: Duration = .seconds(5), verifySlots: Int = 1, verifyTimeout: Duration = .seconds(300),
    maxInput: Int = 16 << 20, maxResult: Int = 64 << 20, compatMaxMessage: Int = 4 << 20,
    maxTransfer: Int = 256 << 20, maxLog: Int = 1 << 20,
    keep: Duration = .seconds(7 * 86_400), drainTimeout: Duration = .seconds(10)
  ) {
    self.listeners = listeners
    self.http = http
    self.kinds = kinds
    self.heartbeat = heartbeat
    self.verifySlots = max(verifySlots, 1)
    self.verifyTimeout = verifyTimeout
    self.maxInput = maxInput
    self.maxResult = maxResult
    self.compatMaxMessage = compatMaxMessage
    self.maxTransfer = maxTransfer
    self.maxLog = maxLog
    self.keep = keep
    self.drainTimeout = drainTimeout
  }
}
