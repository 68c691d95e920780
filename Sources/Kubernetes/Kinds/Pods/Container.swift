/// One program of a pod, with its image.
public struct Container: Sendable, Hashable, Codable {
  /// A port that the container listens on.
  public struct Port: Sendable, Hashable, Codable {
    public var name: String?
    public var containerPort: Int
    public var hostPort: Int?
    public var hostIP: String?
    public var `protocol`: String?

    public init(
      containerPort: Int, name: String? = nil, hostPort: Int? = nil, hostIP: String? = nil,
      protocol: String? = nil
    ) {
      self.name = name
      self.containerPort = containerPort
      self.hostPort = hostPort
      self.hostIP = hostIP
      self.protocol = `protocol`
    }
  }

  /// What a container gets at most, and what is set aside for it.
  public struct Resources: Sendable, Hashable, Codable {
    public var limits: [String: Quantity]?
    public var requests: [String: Quantity]?
    public var claims: [JSONValue]?

    public init(limits: [String: Quantity]? = nil, requests: [String: Quantity]? = nil, claims: [JSONValue]? = nil) {
      self.limits = limits
      self.requests = requests
      self.claims = claims
    }
  }

  /// Where a volume stands in the container.
  public struct Mount: Sendable, Hashable, Codable {
    public var name: String
    public var mountPath: String
    public var readOnly: Bool?
    public var subPath: String?
    public var subPathExpr: String?
    public var mountPropagation: String?
    public var recursiveReadOnly: String?

    public init(
      name: String, mountPath: String, readOnly: Bool? = nil, subPath: String? = nil, subPathExpr: String? = nil,
      mountPropagation: String? = nil, recursiveReadOnly: String? = nil
    ) {
      self.name = name
      self.mountPath = mountPath
      self.readOnly = readOnly
      self.subPath = subPath
      self.subPathExpr = subPathExpr
      self.mountPropagation = mountPropagation
      self.recursiveReadOnly = recursiveReadOnly
    }
  }

  /// Where a volume stands as a block device.
  public struct Device: Sendable, Hashable, Codable {
    public var name: String
    public var devicePath: String

    public init(name: String, devicePath: String) {
      self.name = name
      self.devicePath = devicePath
    }
  }

  public var name: String
  public var image: String?
  /// Instead of the image's entry point.
  public var command: [String]?
  public var args: [String]?
  public var workingDir: String?
  public var ports: [Port]?
  public var envFrom: [EnvironmentSource]?
  public var env: [EnvironmentVariable]?
  public var resources: Resources?
  public var volumeMounts: [Mount]?
  public var volumeDevices: [Device]?
  public var livenessProbe: Probe?
  public var readinessProbe: Probe?
  public var startupProbe: Probe?
  public var lifecycle: Lifecycle?
  public var terminationMessagePath: String?
  public var terminationMessagePolicy: String?
  /// `Always`, `IfNotPresent` or `Never`.
  public var imagePullPolicy: String?
  public var restartPolicy: String?
  public var securityContext: SecurityContext?
  public var stdin: Bool?
  public var stdinOnce: Bool?
  public var tty: Bool?

  public init(
    name: String, image: String? = nil, command: [String]? = nil, args: [String]? = nil,
    workingDir: String? = nil, ports: [Port]? = nil, envFrom: [EnvironmentSource]? = nil,
    env: [EnvironmentVariable]? = nil, resources: Resources? = nil, volumeMounts: [Mount]? = nil,
    volumeDevices: [Device]? = nil, livenessProbe: Probe? = nil, readinessProbe: Probe? = nil,
    startupProbe: Probe? = nil, lifecycle: Lifecycle? = nil, terminationMessagePath: String? = nil,
    terminationMessagePolicy: String? = nil, imagePullPolicy: String? = nil, restartPolicy: String? = nil,
    securityContext: SecurityContext? = nil, stdin: Bool? = nil, stdinOnce: Bool? = nil, tty: Bool? = nil
  ) {
    self.name = name
    self.image = image
    self.command = command
    self.args = args
    self.workingDir = workingDir
    self.ports = ports
    self.envFrom = envFrom
    self.env = env
    self.resources = resources
    self.volumeMounts = volumeMounts
    self.volumeDevices = volumeDevices
    self.livenessProbe = livenessProbe
    self.readinessProbe = readinessProbe
    self.startupProbe = startupProbe
    self.lifecycle = lifecycle
    self.terminationMessagePath = terminationMessagePath
    self.terminationMessagePolicy = terminationMessagePolicy
    self.imagePullPolicy = imagePullPolicy
    self.restartPolicy = restartPolicy
    self.securityContext = securityContext
    self.stdin = stdin
    self.stdinOnce = stdinOnce
    self.tty = tty
  }
}
