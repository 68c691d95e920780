/// Containers that run together on one node. Of volumes, only the usual sources are typed.
public struct Pod: KubernetesResource, Hashable, Codable {
  public static let resource = ResourceType(plural: "pods", kind: "Pod")

  /// How a pod is doing.
  public struct Status: Sendable, Hashable, Codable {
    /// `Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`.
    public var phase: String?
    public var conditions: [Condition]?
    public var message: String?
    public var reason: String?
    public var nominatedNodeName: String?
    public var hostIP: String?
    public var podIP: String?
    public var podIPs: [PodIP]?
    public var startTime: Time?
    public var initContainerStatuses: [ContainerStatus]?
    public var containerStatuses: [ContainerStatus]?
    public var ephemeralContainerStatuses: [ContainerStatus]?
    public var qosClass: String?
    public var resize: String?
    public var observedGeneration: Int?

    public init(
      phase: String? = nil, conditions: [Condition]? = nil, message: String? = nil, reason: String? = nil,
      nominatedNodeName: String? = nil, hostIP: String? = nil, podIP: String? = nil, podIPs: [PodIP]? = nil,
      startTime: Time? = nil, initContainerStatuses: [ContainerStatus]? = nil,
      containerStatuses: [ContainerStatus]? = nil, ephemeralContainerStatuses: [ContainerStatus]? = nil,
      qosClass: String? = nil, resize: String? = nil, observedGeneration: Int? = nil
    ) {
      self.phase = phase
      self.conditions = conditions
      self.message = message
      self.reason = reason
      self.nominatedNodeName = nominatedNodeName
      self.hostIP = hostIP
      self.podIP = podIP
      self.podIPs = podIPs
      self.startTime = startTime
      self.initContainerStatuses = initContainerStatuses
      self.containerStatuses = containerStatuses
      self.ephemeralContainerStatuses = ephemeralContainerStatuses
      self.qosClass = qosClass
      self.resize = resize
      self.observedGeneration = observedGeneration
    }
  }

  /// One of a pod's addresses.
  public struct PodIP: Sendable, Hashable, Codable {
    public var ip: String?

    public init(ip: String? = nil) {
      self.ip = ip
    }
  }

  /// Left out by servers in lists.
  public var apiVersion: String?
  public var kind: String?
  public var metadata: ObjectMeta
  public var spec: PodSpec?
  public var status: Status?

  public init(_ metadata: ObjectMeta, spec: PodSpec? = nil, status: Status? = nil) {
    apiVersion = Self.resource.apiVersion
    kind = Self.resource.kind
    self.metadata = metadata
    self.spec = spec
    self.status = status
  }
}
