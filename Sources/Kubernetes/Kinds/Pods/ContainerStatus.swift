/// How a container is doing.
public struct ContainerStatus: Sendable, Hashable, Codable {
  /// One of the three is set.
  public struct State: Sendable, Hashable, Codable {
    public var waiting: Waiting?
    public var running: Running?
    public var terminated: Terminated?

    public init(waiting: Waiting? = nil, running: Running? = nil, terminated: Terminated? = nil) {
      self.waiting = waiting
      self.running = running
      self.terminated = terminated
    }
  }

  /// It has not started.
  public struct Waiting: Sendable, Hashable, Codable {
    /// As `ImagePullBackOff`.
    public var reason: String?
    /// As `ImagePullBackOff`.
    public var message: String?

    public init(reason: String? = nil, message: String? = nil) {
      self.reason = reason
      self.message = message
    }
  }

  /// It runs.
  public struct Running: Sendable, Hashable, Codable {
    public var startedAt: Time?

    public init(startedAt: Time? = nil) {
      self.startedAt = startedAt
    }
  }

  /// It is over.
  public struct Terminated: Sendable, Hashable, Codable {
    public var exitCode: Int
    public var signal: Int?
    public var reason: String?
    public var message: String?
    public var startedAt: Time?
    public var finishedAt: Time?
    public var containerID: String?

    public init(
      exitCode: Int, signal: Int? = nil, reason: String? = nil, message: String? = nil, startedAt: Time? = nil,
      finishedAt: Time? = nil, containerID: String? = nil
    ) {
      self.exitCode = exitCode
      self.signal = signal
      self.reason = reason
      self.message = message
      self.startedAt = startedAt
      self.finishedAt = finishedAt
      self.containerID = containerID
    }
  }

  public var name: String
  public var state: State?
  public var lastState: State?
  public var ready: Bool?
  public var restartCount: Int?
  public var image: String?
  public var imageID: String?
  public var containerID: String?
  public var started: Bool?

  public init(
    name: String, state: State? = nil, lastState: State? = nil, ready: Bool? = nil, restartCount: Int? = nil,
    image: String? = nil, imageID: String? = nil, containerID: String? = nil, started: Bool? = nil
  ) {
    self.name = name
    self.state = state
    self.lastState = lastState
    self.ready = ready
    self.restartCount = restartCount
    self.image = image
    self.imageID = imageID
    self.containerID = containerID
    self.started = started
  }
}
