import MusterCore
import TaskModel
import TaskStore
import Trust

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
    /// Whether it speaks TLS, and only that; needs ``CoordinatorConfiguration/trust``.
    public var tls: Bool
    /// From where calls are taken; empty: from everywhere.
    public var allow: [AddressRange]
    /// The only kinds that callers of the original protocol may get; nil: any.
    public var originalKinds: [String]?

    public init(
      host: String, port: Int, services: Set<ServiceName>, tls: Bool = false, allow: [AddressRange] = [],
      originalKinds: [String]? = nil
    ) {
      self.host = host
      self.port = port
      self.services = services
      self.tls = tls
      self.allow = allow
      self.originalKinds = originalKinds
    }

    func admits(_ address: String) -> Bool { allow.isEmpty || allow.contains { $0.contains(address) } }
  }

  /// What outsiders may ask for.
  public struct Limits: Sendable {
    public var connections: ConnectionLedger.Limits
    /// Calls at once over one connection.
    public var streams: Int
    /// What one namespace may have unfinished.
    public var backlog: Backlog
    /// How long a peer may take to read a message.
    public var slowReader: Duration
    /// Tasks that one call may follow.
    public var followed: Int

    public init(
      connections: ConnectionLedger.Limits = .init(), streams: Int = 2000,
      backlog: Backlog = Backlog(tasks: 1_000_000, bytes: 16 << 30), slowReader: Duration = .seconds(60),
      followed: Int = 1_000_000
    ) {
      self.connections = connections
      self.streams = streams
      self.backlog = backlog
      self.slowReader = slowReader
      self.followed = followed
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
  public var limits = Limits()
  /// Nil: no listener speaks TLS, and nobody is known.
  public var trust: TrustSetup?
  /// Whether ``http`` is served over TLS and asks for a token; needs ``trust``.
  public var httpIsGuarded = false
  /// The file of the audit log; nil: none is written.
  public var auditPath: String?

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
