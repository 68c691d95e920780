/// What is done after a container starts and before it ends.
public struct Lifecycle: Sendable, Hashable, Codable {
  /// One of the ways to do it.
  public struct Action: Sendable, Hashable, Codable {
    /// Waits.
    public struct Sleep: Sendable, Hashable, Codable {
      public var seconds: Int

      public init(seconds: Int) {
        self.seconds = seconds
      }
    }

    public var exec: Probe.Command?
    public var httpGet: Probe.Request?
    public var tcpSocket: Probe.Socket?
    public var sleep: Sleep?

    public init(
      exec: Probe.Command? = nil, httpGet: Probe.Request? = nil, tcpSocket: Probe.Socket? = nil,
      sleep: Sleep? = nil
    ) {
      self.exec = exec
      self.httpGet = httpGet
      self.tcpSocket = tcpSocket
      self.sleep = sleep
    }
  }

  public var postStart: Action?
  public var preStop: Action?
  public var stopSignal: String?

  public init(postStart: Action? = nil, preStop: Action? = nil, stopSignal: String? = nil) {
    self.postStart = postStart
    self.preStop = preStop
    self.stopSignal = stopSignal
  }
}
