/// What a container may do on its node.
public struct SecurityContext: Sendable, Hashable, Codable {
  /// Rights that are given and taken, as `NET_ADMIN`.
  public struct Capabilities: Sendable, Hashable, Codable {
    public var add: [String]?
    public var drop: [String]?

    public init(add: [String]? = nil, drop: [String]? = nil) {
      self.add = add
      self.drop = drop
    }
  }

  /// A seccomp or AppArmor profile.
  public struct Profile: Sendable, Hashable, Codable {
    /// `RuntimeDefault`, `Localhost` or `Unconfined`.
    public var type: String
    public var localhostProfile: String?

    public init(type: String, localhostProfile: String? = nil) {
      self.type = type
      self.localhostProfile = localhostProfile
    }
  }

  public var capabilities: Capabilities?
  public var privileged: Bool?
  public var runAsUser: Int?
  public var runAsGroup: Int?
  public var runAsNonRoot: Bool?
  public var readOnlyRootFilesystem: Bool?
  public var allowPrivilegeEscalation: Bool?
  public var procMount: String?
  public var seccompProfile: Profile?
  public var appArmorProfile: Profile?
  public var seLinuxOptions: JSONValue?
  public var windowsOptions: JSONValue?

  public init(
    capabilities: Capabilities? = nil, privileged: Bool? = nil, runAsUser: Int? = nil, runAsGroup: Int? = nil,
    runAsNonRoot: Bool? = nil, readOnlyRootFilesystem: Bool? = nil, allowPrivilegeEscalation: Bool? = nil,
    procMount: String? = nil, seccompProfile: Profile? = nil, appArmorProfile: Profile? = nil,
    seLinuxOptions: JSONValue? = nil, windowsOptions: JSONValue? = nil
  ) {
    self.capabilities = capabilities
    self.privileged = privileged
    self.runAsUser = runAsUser
    self.runAsGroup = runAsGroup
    self.runAsNonRoot = runAsNonRoot
    self.readOnlyRootFilesystem = readOnlyRootFilesystem
    self.allowPrivilegeEscalation = allowPrivilegeEscalation
    self.procMount = procMount
    self.seccompProfile = seccompProfile
    self.appArmorProfile = appArmorProfile
    self.seLinuxOptions = seLinuxOptions
    self.windowsOptions = windowsOptions
  }
}
