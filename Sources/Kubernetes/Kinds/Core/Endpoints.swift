/// The addresses behind a service.
public struct Endpoints: KubernetesResource, CompleteObject, Hashable {
  public static let resource = ResourceType(plural: "endpoints", kind: "Endpoints")

  /// Addresses that have the same ports.
  public struct Subset: Sendable, Hashable, Codable {
    public var addresses: [Address]?
    public var notReadyAddresses: [Address]?
    public var ports: [Port]?

    public init(addresses: [Address]? = nil, notReadyAddresses: [Address]? = nil, ports: [Port]? = nil) {
      self.addresses = addresses
      self.notReadyAddresses = notReadyAddresses
      self.ports = ports
    }
  }

  /// One of them.
  public struct Address: Sendable, Hashable, Codable {
    public var ip: String
    public var hostname: String?
    public var nodeName: String?
    public var targetRef: ObjectReference?

    public init(ip: String, hostname: String? = nil, nodeName: String? = nil, targetRef: ObjectReference? = nil) {
      self.ip = ip
      self.hostname = hostname
      self.nodeName = nodeName
      self.targetRef = targetRef
    }
  }

  /// One of their ports.
  public struct Port: Sendable, Hashable, Codable {
    public var name: String?
    public var port: Int
    public var `protocol`: String?
    public var appProtocol: String?

    public init(port: Int, name: String? = nil, protocol: String? = nil, appProtocol: String? = nil) {
      self.name = name
      self.port = port
      self.protocol = `protocol`
      self.appProtocol = appProtocol
    }
  }

  /// Left out by servers in lists.
  public var apiVersion: String?
  public var kind: String?
  public var metadata: ObjectMeta
  public var subsets: [Subset]?

  public init(_ metadata: ObjectMeta, subsets: [Subset]? = nil) {
    apiVersion = Self.resource.apiVersion
    kind = Self.resource.kind
    self.metadata = metadata
    self.subsets = subsets
  }
}
