/// What a recipe changes of its base's configuration; nil and empty leave what is there.
public struct ConfigurationChanges: Sendable, Hashable {
  public var user: String?
  /// Variables to be set, in this order.
  public var environment: [Variable]
  /// A new entrypoint takes the base's command away: it was meant for another program.
  public var entrypoint: [String]?
  public var command: [String]?
  public var workingDirectory: String?
  public var labels: [String: String]
  /// As `8080/tcp`; `8080` is the same.
  public var exposedPorts: Set<String>
  public var volumes: Set<String>
  public var stopSignal: String?
  public var author: String?

  /// A variable of the environment.
  public struct Variable: Sendable, Hashable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  public init(
    user: String? = nil, environment: [Variable] = [], entrypoint: [String]? = nil, command: [String]? = nil,
    workingDirectory: String? = nil, labels: [String: String] = [:], exposedPorts: Set<String> = [],
    volumes: Set<String> = [], stopSignal: String? = nil, author: String? = nil
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
    self.author = author
  }

  /// - Throws: ``OCIError`` (`bad_image_recipe`) for what no container runtime takes.
  func apply(to configuration: inout ImageConfiguration) throws(OCIError) {
    if let author { configuration.author = author }
    try apply(to: &configuration.process)
  }

  private func apply(to process: inout ProcessConfiguration) throws(OCIError) {
    if let user { process.user = user }
    for variable in environment {
      guard !variable.name.isEmpty, !variable.name.contains("="), !(variable.name + variable.value).utf8.contains(0)
      else { throw OCIError(.badRecipe, "'\(variable.name)' is no name of an environment variable") }
      process.setEnvironment(variable.name, variable.value)
    }
    if let entrypoint {
      process.entrypoint = entrypoint
      process.command = nil
    }
    if let command { process.command = command }
    if let workingDirectory {
      guard workingDirectory.hasPrefix("/") else {
        throw OCIError(.badRecipe, "the working directory '\(workingDirectory)' is not absolute; begin it with '/'")
      }
      process.workingDirectory = workingDirectory
    }
    process.labels.merge(labels) { $1 }
    for port in exposedPorts { process.exposedPorts.insert(try Self.port(port)) }
    process.volumes.formUnion(volumes)
    if let stopSignal { process.stopSignal = stopSignal }
  }

  private static func port(_ text: String) throws(OCIError) -> String {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let number = UInt16(parts[0]), number > 0,
      parts.count == 1 || ["tcp", "udp", "sctp"].contains(parts[1])
    else { throw OCIError(.badRecipe, "'\(text)' is no port; write it as 8080 or 53/udp") }
    return "\(number)/\(parts.count == 2 ? String(parts[1]) : "tcp")"
  }
}
