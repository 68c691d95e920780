/// Some of the addresses behind a service.
public struct EndpointSlice: KubernetesResource, Hashable, Codable {
  public static let resource = ResourceType(group: "discovery.k8s.io", plural: "endpointslices", kind: "EndpointSlice")
  /// As older servers have it.
  public static let v1beta1 = ResourceType(
    group: "discovery.k8s.io", version: "v1beta1", plural: "endpointslices", kind: "EndpointSlice")

  /// One of them.
  public struct Endpoint: Sendable, Hashable, Codable {
    public var addresses: [String]
    public var conditions: Conditions?
    public var hostname: String?
    public var nodeName: String?
    public var zone: String?
    public var targetRef: ObjectReference?
    public var deprecatedTopology: [String: String]?
    /// In v1beta1 only.
    public var topology: [String: String]?
    public var hints: JSONValue?

    public init(
      addresses: [String], conditions: Conditions? = nil, hostname: String? = nil, nodeName: String? = nil,
      zone: String? = nil, targetRef: ObjectReference? = nil, deprecatedTopology: [String: String]? = nil,
      topology: [String: String]? = nil, hints: JSONValue? = nil
    ) {
      self.addresses = addresses
      self.conditions = conditions
      self.hostname = hostname
      self.nodeName = nodeName
      self.zone = zone
      self.targetRef = targetRef
      self.deprecatedTopology = deprecatedTopology
      self.topology = topology
      self.hints = hints
    }
  }

  /// Whether it can be used.
  public struct Conditions: Sendable, Hashable, Codable {
    public var ready: Bool?
    public var serving: Bool?
    public var terminating: Bool?

    public init(ready: Bool? = nil, serving: Bool? = nil, terminating: Bool? = nil) {
      self.ready = ready
      self.serving = serving
      self.terminating = terminating
    }
  }

  /// One of their ports.
  public struct Port: Sendable, Hashable, Codable {
    public var name: String?
    public var `protocol`: String?
    public var appProtocol: String?
    public var port: Int?

    public init(name: String? = nil, protocol: String? = nil, appProtocol: String? = nil, port: Int? = nil) {
      self.name = name
      self.protocol = `protocol`
      self.appProtocol = appProtocol
      self.port = port
    }
  }

  /// Left out by servers in lists.
  public var apiVersion: String?
  public var kind: String?
  public var metadata: ObjectMeta
  /// `IPv4`, `IPv6` or `FQDN`.
  public var addressType: String
  public var endpoints: [Endpoint]?
  public var ports: [Port]?

  /// - Parameter type: the version in which it is written, the one that the server has.
  public init(
    _ metadata: ObjectMeta, as type: ResourceType = EndpointSlice.resource, addressType: String,
    endpoints: [Endpoint]? = nil, ports: [Port]? = nil
  ) {
    apiVersion = type.apiVersion
    kind = type.kind
    self.metadata = metadata
    self.addressType = addressType
    self.endpoints = endpoints
    self.ports = ports
  }
}
