/// What the values of a deployment are made from. Nothing else is looked at, so that a test can be a machine of its own.
public struct WorkerValuesInput: Sendable {
  /// A values file, read.
  public struct File: Sendable, Hashable {
    /// As the user named it: it stands in front of every problem, and paths in it are seen from its folder.
    public var name: String
    public var text: String

    public init(name: String, text: String) {
      self.name = name
      self.text = text
    }
  }

  public var environment: [String: String]
  public var file: File?
  /// Values of flags as they were typed, by the full name of the file's key: `replicas`, `image.repo`, `requests.cpu`.
  public var flags: [String: String]
  /// What ``Stage/find(in:environment:)`` found. Nil: no commit, and `STAGE` must be said.
  public var stage: String?
  /// Reads the files that values name: a token, a password, a `muster.yaml`.
  public var reader: ValueFileReader

  public init(
    environment: [String: String], file: File? = nil, flags: [String: String] = [:], stage: String? = nil,
    reader: ValueFileReader = .disk
  ) {
    self.environment = environment
    self.file = file
    self.flags = flags
    self.stage = stage
    self.reader = reader
  }

  /// A variable's value; an empty one says nothing.
  func variable(_ name: String) -> String? {
    guard let value = environment[name], !value.isEmpty else { return nil }
    return value
  }
}
