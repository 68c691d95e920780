/// One address for pods.
public struct Service: KubernetesResource, Hashable, Codable {
  public static let resource = ResourceType(plural: "services", kind: "Service")

  /// What the service is to be.
  public struct Spec: Sendable, Hashable, Codable {
    public var selector: [String: String]?
    public var ports: [Port]?
    /// `ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalName`.
    public var type: String?
    public var clusterIP: String?
    public var clusterIPs: [String]?
    public var externalIPs: [String]?
    public var sessionAffinity: String?
    public var sessionAffinityConfig: JSONValue?
    public var loadBalancerIP: String?
    public var loadBalancerSourceRanges: [String]?
    public var loadBalancerClass: String?
    public var externalName: String?
    public var externalTrafficPolicy: String?
    public var internalTrafficPolicy: String?
    public var healthCheckNodePort: Int?
    public var publishNotReadyAddresses: Bool?
    public var ipFamilies: [String]?
    public var ipFamilyPolicy: String?
    public var allocateLoadBalancerNodePorts: Bool?
    public var trafficDistribution: String?

    public init(
      selector: [String: String]? = nil, ports: [Port]? = nil, type: String? = nil, clusterIP: String? = nil,
      clusterIPs: [String]? = nil, externalIPs: [String]? = nil, sessionAffinity: String? = nil,
      sessionAffinityConfig: JSONValue? = nil, loadBalancerIP: String? = nil,
      loadBalancerSourceRanges: [String]? = nil, loadBalancerClass: String? = nil, externalName: String? = nil,
      externalTrafficPolicy: String? = nil, internalTrafficPolicy: String? = nil, healthCheckNodePort: Int? = nil,
      publishNotReadyAddresses: Bool? = nil, ipFamilies: [String]? = nil, ipFamilyPolicy: String? = nil,
      allocateLoadBalancerNodePorts: Bool? = nil, trafficDistribution: String? = nil
    ) {
      self.selector = selector
      self.ports = ports
      self.type = type
      self.clusterIP = clusterIP
      self.clusterIPs = clusterIPs
      self.externalIPs = externalIPs
      self.sessionAffinity = sessionAffinity
      self.sessionAffinityConfig = sessionAffinityConfig
      self.loadBalancerIP = loadBalancerIP
      self.loadBalancerSourceRanges = loadBalancerSourceRanges
      self.loadBalancerClass = loadBalancerClass
      self.externalName = externalName
      self.externalTrafficPolicy = externalTrafficPolicy
      self.internalTrafficPolicy = internalTrafficPolicy
      self.healthCheckNodePort = healthCheckNodePort
      self.publishNotReadyAddresses = publishNotReadyAddresses
      self.ipFamilies = ipFamilies
      self.ipFamilyPolicy = ipFamilyPolicy
      self.allocateLoadBalancerNodePorts = allocateLoadBalancerNodePorts
      self.trafficDistribution = trafficDistribution
    }
  }

  /// A port and the pods' port behind it.
  public struct Port: Sendable, Hashable, Codable {
    public var name: String?
    public var `protocol`: String?
    public var appProtocol: String?
    public var port: Int
    public var targetPort: IntOrString?
    public var nodePort: Int?

    public init(
      port: Int, name: String? = nil, protocol: String? = nil, appProtocol: String? = nil,
      targetPort: IntOrString? = nil, nodePort: Int? = nil
    ) {
      self.name = name
      self.protocol = `protocol`
      self.appProtocol = appProtocol
      self.port = port
      self.targetPort = targetPort
      self.nodePort = nodePort
    }
  }

  /// What a load balancer gave it.
  public struct Status: Sendable, Hashable, Codable {
    public var loadBalancer: LoadBalancerStatus?
    public var conditions: [Condition]?

    public init(loadBalancer: LoadBalancerStatus? = nil, conditions: [Condition]? = nil) {
      self.loadBalancer = loadBalancer
      self.conditions = conditions
    }
  }

  /// Left out by servers in lists.
  public var apiVersion: String?
  public var kind: String?
  public var metadata: ObjectMeta
  public var spec: Spec?
  public var status: Status?

  public init(_ metadata: ObjectMeta, spec: Spec? = nil, status: Status? = nil) {
    apiVersion = Self.resource.apiVersion
    kind = Self.resource.kind
    self.metadata = metadata
    self.spec = spec
    self.status = status
  }
}
