import MusterCore

/// What a worker says of itself in its ready file: one JSON object, small enough to be read in one piece.
///
/// The keys are those that `docs/cli.md` lists; a reader takes no notice of others.
public struct ReadinessRecord: Sendable, Hashable, Codable {
  /// How the worker stands with its coordinator.
  public enum State: String, Sendable, Hashable, Codable {
    /// It has no connection, and tries to get one.
    case connecting
    case connected
    /// Its coordinator has let it go and hands it nothing more; it finishes first what it runs, or nobody takes it where it is to
    /// go.
    case moving
    /// It leaves, with or without a connection: it finishes what runs and takes nothing more.
    case draining
  }

  public var state: State
  /// When that state began.
  public var since: Timestamp
  /// The worker's name; nil while it is not decided.
  public var worker: String?
  /// The coordinator that it serves, or tried last, as `HOST:PORT`.
  public var coordinator: String?
  /// The id of that coordinator's store, if it told.
  public var store: String?
  /// Why there is no connection, or none where the worker is to go: what was seen at the last try, in a piece of a sentence.
  public var failure: String?
  /// Of the worker.
  public var process: Int32
  /// When the worker wrote this.
  public var heartbeat: Timestamp

  enum CodingKeys: String, CodingKey {
    case state, worker, coordinator, store, failure
    case since = "since_unix_ms"
    case process = "pid"
    case heartbeat = "heartbeat_unix_ms"
  }

  public init(
    state: State, since: Timestamp, worker: String? = nil, coordinator: String? = nil, store: String? = nil,
    failure: String? = nil, process: Int32, heartbeat: Timestamp
  ) {
    self.state = state
    self.since = since
    self.worker = worker
    self.coordinator = coordinator
    self.store = store
    self.failure = failure
    self.process = process
    self.heartbeat = heartbeat
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    state = try values.decode(State.self, forKey: .state)
    since = Timestamp(milliseconds: try values.decode(Int64.self, forKey: .since))
    worker = try values.decodeIfPresent(String.self, forKey: .worker)
    coordinator = try values.decodeIfPresent(String.self, forKey: .coordinator)
    store = try values.decodeIfPresent(String.self, forKey: .store)
    failure = try values.decodeIfPresent(String.self, forKey: .failure)
    process = try values.decode(Int32.self, forKey: .process)
    heartbeat = Timestamp(milliseconds: try values.decode(Int64.self, forKey: .heartbeat))
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(state, forKey: .state)
    try values.encode(since.milliseconds, forKey: .since)
    try values.encodeIfPresent(worker, forKey: .worker)
    try values.encodeIfPresent(coordinator, forKey: .coordinator)
    try values.encodeIfPresent(store, forKey: .store)
    try values.encodeIfPresent(failure, forKey: .failure)
    try values.encode(process, forKey: .process)
    try values.encode(heartbeat.milliseconds, forKey: .heartbeat)
  }
}
