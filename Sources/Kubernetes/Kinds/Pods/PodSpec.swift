/// What a pod is to be.
public struct PodSpec: Sendable, Hashable, Codable {
  /// Names that stand in the pod's hosts file.
  public struct HostAlias: Sendable, Hashable, Codable {
    public var ip: String
    public var hostnames: [String]?

    public init(ip: String, hostnames: [String]? = nil) {
      self.ip = ip
      self.hostnames = hostnames
    }
  }

  /// What is added to the pod's resolver configuration.
  public struct DNSConfig: Sendable, Hashable, Codable {
    /// A resolver's option.
    public struct Option: Sendable, Hashable, Codable {
      public var name: String?
      public var value: String?

      public init(name: String? = nil, value: String? = nil) {
        self.name = name
        self.value = value
      }
    }

    public var nameservers: [String]?
    public var searches: [String]?
    public var options: [Option]?

    public init(nameservers: [String]? = nil, searches: [String]? = nil, options: [Option]? = nil) {
      self.nameservers = nameservers
      self.searches = searches
      self.options = options
    }
  }

  /// Something that must happen before the pod is scheduled (`name`), or counts as ready (`conditionType`).
  public struct Gate: Sendable, Hashable, Codable {
    public var name: String?
    public var conditionType: String?

    public init(name: String? = nil, conditionType: String? = nil) {
      self.name = name
      self.conditionType = conditionType
    }
  }

  public var containers: [Container]
  public var initContainers: [Container]?
  public var ephemeralContainers: [JSONValue]?
  public var volumes: [Volume]?
  /// `Always`, `OnFailure` or `Never`.
  public var restartPolicy: String?
  public var terminationGracePeriodSeconds: Int?
  public var activeDeadlineSeconds: Int?
  public var dnsPolicy: String?
  public var dnsConfig: DNSConfig?
  public var nodeSelector: [String: String]?
  public var serviceAccountName: String?
  /// The old name of `serviceAccountName`, which servers still fill in.
  public var serviceAccount: String?
  public var automountServiceAccountToken: Bool?
  public var nodeName: String?
  public var hostNetwork: Bool?
  public var hostPID: Bool?
  public var hostIPC: Bool?
  public var hostUsers: Bool?
  public var shareProcessNamespace: Bool?
  public var securityContext: PodSecurityContext?
  public var imagePullSecrets: [LocalReference]?
  public var hostname: String?
  public var subdomain: String?
  public var setHostnameAsFQDN: Bool?
  public var affinity: Affinity?
  public var schedulerName: String?
  public var tolerations: [Toleration]?
  public var hostAliases: [HostAlias]?
  public var priorityClassName: String?
  public var priority: Int?
  public var preemptionPolicy: String?
  public var readinessGates: [Gate]?
  public var schedulingGates: [Gate]?
  public var runtimeClassName: String?
  public var enableServiceLinks: Bool?
  public var overhead: [String: Quantity]?
  public var topologySpreadConstraints: [TopologySpreadConstraint]?

  public init(
    containers: [Container], initContainers: [Container]? = nil, ephemeralContainers: [JSONValue]? = nil,
    volumes: [Volume]? = nil, restartPolicy: String? = nil, terminationGracePeriodSeconds: Int? = nil,
    activeDeadlineSeconds: Int? = nil, dnsPolicy: String? = nil, dnsConfig: DNSConfig? = nil,
    nodeSelector: [String: String]? = nil, serviceAccountName: String? = nil, serviceAccount: String? = nil,
    automountServiceAccountToken: Bool? = nil, nodeName: String? = nil, hostNetwork: Bool? = nil,
    hostPID: Bool? = nil, hostIPC: Bool? = nil, hostUsers: Bool? = nil, shareProcessNamespace: Bool? = nil,
    securityContext: PodSecurityContext? = nil, imagePullSecrets: [LocalReference]? = nil,
    hostname: String? = nil, subdomain: String? = nil, setHostnameAsFQDN: Bool? = nil, affinity: Affinity? = nil,
    schedulerName: String? = nil, tolerations: [Toleration]? = nil, hostAliases: [HostAlias]? = nil,
    priorityClassName: String? = nil, priority: Int? = nil, preemptionPolicy: String? = nil,
    readinessGates: [Gate]? = nil, schedulingGates: [Gate]? = nil, runtimeClassName: String? = nil,
    enableServiceLinks: Bool? = nil, overhead: [String: Quantity]? = nil,
    topologySpreadConstraints: [TopologySpreadConstraint]? = nil
  ) {
    self.containers = containers
    self.initContainers = initContainers
    self.ephemeralContainers = ephemeralContainers
    self.volumes = volumes
    self.restartPolicy = restartPolicy
    self.terminationGracePeriodSeconds = terminationGracePeriodSeconds
    self.activeDeadlineSeconds = activeDeadlineSeconds
    self.dnsPolicy = dnsPolicy
    self.dnsConfig = dnsConfig
    self.nodeSelector = nodeSelector
    self.serviceAccountName = serviceAccountName
    self.serviceAccount = serviceAccount
    self.automountServiceAccountToken = automountServiceAccountToken
    self.nodeName = nodeName
    self.hostNetwork = hostNetwork
    self.hostPID = hostPID
    self.hostIPC = hostIPC
    self.hostUsers = hostUsers
    self.shareProcessNamespace = shareProcessNamespace
    self.securityContext = securityContext
    self.imagePullSecrets = imagePullSecrets
    self.hostname = hostname
    self.subdomain = subdomain
    self.setHostnameAsFQDN = setHostnameAsFQDN
    self.affinity = affinity
    self.schedulerName = schedulerName
    self.tolerations = tolerations
    self.hostAliases = hostAliases
    self.priorityClassName = priorityClassName
    self.priority = priority
    self.preemptionPolicy = preemptionPolicy
    self.readinessGates = readinessGates
    self.schedulingGates = schedulingGates
    self.runtimeClassName = runtimeClassName
    self.enableServiceLinks = enableServiceLinks
    self.overhead = overhead
    self.topologySpreadConstraints = topologySpreadConstraints
  }
}
