/// What all containers of a pod may do on their node.
public struct PodSecurityContext: Sendable, Hashable, Codable {
  /// A kernel's setting.
  public struct Sysctl: Sendable, Hashable, Codable {
    public var name: String
    public var value: String

    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  public var runAsUser: Int?
  public var runAsGroup: Int?
  public var runAsNonRoot: Bool?
  public var fsGroup: Int?
  public var supplementalGroups: [Int]?
  public var fsGroupChangePolicy: String?
  public var supplementalGroupsPolicy: String?
  public var sysctls: [Sysctl]?
  public var seccompProfile: SecurityContext.Profile?
  public var appArmorProfile: SecurityContext.Profile?
  public var seLinuxOptions: JSONValue?
  public var windowsOptions: JSONValue?

  public init(
    runAsUser: Int? = nil, runAsGroup: Int? = nil, runAsNonRoot: Bool? = nil, fsGroup: Int? = nil,
    supplementalGroups: [Int]? = nil, fsGroupChangePolicy: String? = nil, supplementalGroupsPolicy: String? = nil,
    sysctls: [Sysctl]? = nil, seccompProfile: SecurityContext.Profile? = nil,
    appArmorProfile: SecurityContext.Profile? = nil, seLinuxOptions: JSONValue? = nil,
    windowsOptions: JSONValue? = nil
  ) {
    self.runAsUser = runAsUser
    self.runAsGroup = runAsGroup
    self.runAsNonRoot = runAsNonRoot
    self.fsGroup = fsGroup
    self.supplementalGroups = supplementalGroups
    self.fsGroupChangePolicy = fsGroupChangePolicy
    self.supplementalGroupsPolicy = supplementalGroupsPolicy
    self.sysctls = sysctls
    self.seccompProfile = seccompProfile
    self.appArmorProfile = appArmorProfile
    self.seLinuxOptions = seLinuxOptions
    self.windowsOptions = windowsOptions
  }
}
