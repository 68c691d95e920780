/// How a container is asked for its health.
public struct Probe: Sendable, Hashable, Codable {
  /// An HTTP request; 200 to 399 is healthy.
  public struct Request: Sendable, Hashable, Codable {
    /// One of its headers.
    public struct Header: Sendable, Hashable, Codable {
      public var name: String
      public var value: String

      public init(name: String, value: String) {
        self.name = name
        self.value = value
      }
    }

    public var path: String?
    public var port: IntOrString
    public var host: String?
    public var scheme: String?
    public var httpHeaders: [Header]?

    public init(
      port: IntOrString, path: String? = nil, host: String? = nil, scheme: String? = nil,
      httpHeaders: [Header]? = nil
    ) {
      self.path = path
      self.port = port
      self.host = host
      self.scheme = scheme
      self.httpHeaders = httpHeaders
    }
  }

  /// A program in the container; zero is healthy.
  public struct Command: Sendable, Hashable, Codable {
    public var command: [String]?

    public init(command: [String]? = nil) {
      self.command = command
    }
  }

  /// A port that can be connected to.
  public struct Socket: Sendable, Hashable, Codable {
    public var port: IntOrString
    public var host: String?

    public init(port: IntOrString, host: String? = nil) {
      self.port = port
      self.host = host
    }
  }

  /// A port that answers gRPC's health protocol.
  public struct GRPC: Sendable, Hashable, Codable {
    public var port: Int
    public var service: String?

    public init(port: Int, service: String? = nil) {
      self.port = port
      self.service = service
    }
  }

  public var exec: Command?
  public var httpGet: Request?
  public var tcpSocket: Socket?
  public var grpc: GRPC?
  public var initialDelaySeconds: Int?
  public var timeoutSeconds: Int?
  public var periodSeconds: Int?
  public var successThreshold: Int?
  public var failureThreshold: Int?
  public var terminationGracePeriodSeconds: Int?

  public init(
    exec: Command? = nil, httpGet: Request? = nil, tcpSocket: Socket? = nil, grpc: GRPC? = nil,
    initialDelaySeconds: Int? = nil, timeoutSeconds: Int? = nil, periodSeconds: Int? = nil,
    successThreshold: Int? = nil, failureThreshold: Int? = nil, terminationGracePeriodSeconds: Int? = nil
  ) {
    self.exec = exec
    self.httpGet = httpGet
    self.tcpSocket = tcpSocket
    self.grpc = grpc
    self.initialDelaySeconds = initialDelaySeconds
    self.timeoutSeconds = timeoutSeconds
    self.periodSeconds = periodSeconds
    self.successThreshold = successThreshold
    self.failureThreshold = failureThreshold
    self.terminationGracePeriodSeconds = terminationGracePeriodSeconds
  }
}
