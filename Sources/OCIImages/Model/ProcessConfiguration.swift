/// What a container of an image runs, and as whom: the field `config` of its configuration.
public struct ProcessConfiguration: Sendable, Hashable {
  /// A name or number, and perhaps a group: `1000:1000`.
  public var user: String?
  /// As `8080/tcp`.
  public var exposedPorts: Set<String>
  /// Each `NAME=value`.
  public var environment: [String]
  public var entrypoint: [String]?
  public var command: [String]?
  /// Folders that are to outlive the container.
  public var volumes: Set<String>
  public var workingDirectory: String?
  public var labels: [String: String]
  /// As `SIGTERM` or `15`.
  public var stopSignal: String?
  var others: [String: JSONValue] = [:]

  public init(
    user: String? = nil, environment: [String] = [], entrypoint: [String]? = nil, command: [String]? = nil,
    workingDirectory: String? = nil, labels: [String: String] = [:], exposedPorts: Set<String> = [],
    volumes: Set<String> = [], stopSignal: String? = nil
  ) {
    self.user = user
    self.environment = environment
    self.entrypoint = entrypoint
    self.command = command
    self.workingDirectory = workingDirectory
    self.labels = labels
    self.exposedPorts = exposedPorts
    self.volumes = volumes
    self.stopSignal = stopSignal
  }

  /// Sets a variable: in its place if it is there, else at the end.
  public mutating func setEnvironment(_ name: String, _ value: String) {
    let line = "\(name)=\(value)"
    if let index = environment.firstIndex(where: { $0.hasPrefix("\(name)=") }) {
      environment[index] = line
    } else {
      environment.append(line)
    }
  }
}

extension ProcessConfiguration: Codable {
  private struct Empty: Codable {}

  private static let known: Set<String> = [
    "User", "ExposedPorts", "Env", "Entrypoint", "Cmd", "Volumes", "WorkingDir", "Labels", "StopSignal",
  ]

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: AnyKey.self)
    user = Self.given(try fields.optional("User"))
    exposedPorts = Set((try fields.optional("ExposedPorts", [String: JSONValue].self) ?? [:]).keys)
    environment = try fields.optional("Env") ?? []
    entrypoint = try fields.optional("Entrypoint")
    command = try fields.optional("Cmd")
    volumes = Set((try fields.optional("Volumes", [String: JSONValue].self) ?? [:]).keys)
    workingDirectory = Self.given(try fields.optional("WorkingDir"))
    labels = try fields.optional("Labels") ?? [:]
    stopSignal = Self.given(try fields.optional("StopSignal"))
    others = try fields.others(than: Self.known)
  }

  /// Docker writes an empty text for what is not set.
  private static func given(_ text: String?) -> String? { text?.isEmpty ?? true ? nil : text }

  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: AnyKey.self)
    try fields.put("User", user)
    if !exposedPorts.isEmpty { try fields.put("ExposedPorts", Self.keys(exposedPorts)) }
    if !environment.isEmpty { try fields.put("Env", environment) }
    try fields.put("Entrypoint", entrypoint)
    try fields.put("Cmd", command)
    if !volumes.isEmpty { try fields.put("Volumes", Self.keys(volumes)) }
    try fields.put("WorkingDir", workingDirectory)
    if !labels.isEmpty { try fields.put("Labels", labels) }
    try fields.put("StopSignal", stopSignal)
    try fields.put(others: others)
  }

  private static func keys(_ names: Set<String>) -> [String: Empty] {
    Dictionary(uniqueKeysWithValues: names.map { ($0, Empty()) })
  }
}
