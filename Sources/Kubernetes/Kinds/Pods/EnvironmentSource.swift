/// Variables for all keys of a config map or a secret.
public struct EnvironmentSource: Sendable, Hashable, Codable {
  /// The config map or the secret.
  public struct Reference: Sendable, Hashable, Codable {
    public var name: String?
    public var optional: Bool?

    public init(name: String? = nil, optional: Bool? = nil) {
      self.name = name
      self.optional = optional
    }
  }

  public var prefix: String?
  public var configMapRef: Reference?
  public var secretRef: Reference?

  public init(prefix: String? = nil, configMapRef: Reference? = nil, secretRef: Reference? = nil) {
    self.prefix = prefix
    self.configMapRef = configMapRef
    self.secretRef = secretRef
  }
}
