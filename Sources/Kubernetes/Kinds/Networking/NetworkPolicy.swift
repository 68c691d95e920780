/// Who may talk with pods.
public struct NetworkPolicy: KubernetesResource, Hashable, Codable {
  public static let resource = ResourceType(
    group: "networking.k8s.io", plural: "networkpolicies", kind: "NetworkPolicy")

  /// For which pods, and the rules.
  public struct Spec: Sendable, Hashable, Codable {
    public var podSelector: LabelSelector?
    /// `Ingress`, `Egress`.
    public var policyTypes: [String]?
    public var ingress: [Ingress]?
    public var egress: [Egress]?

    public init(
      podSelector: LabelSelector? = nil, policyTypes: [String]? = nil, ingress: [Ingress]? = nil,
      egress: [Egress]? = nil
    ) {
      self.podSelector = podSelector
      self.policyTypes = policyTypes
      self.ingress = ingress
      self.egress = egress
    }
  }

  /// Who may connect to the pods.
  public struct Ingress: Sendable, Hashable, Codable {
    public var ports: [Port]?
    public var from: [Peer]?

    public init(ports: [Port]? = nil, from: [Peer]? = nil) {
      self.ports = ports
      self.from = from
    }
  }

  /// To whom the pods may connect.
  public struct Egress: Sendable, Hashable, Codable {
    public var ports: [Port]?
    public var to: [Peer]?

    public init(ports: [Port]? = nil, to: [Peer]? = nil) {
      self.ports = ports
      self.to = to
    }
  }

  /// By number or name, or from `port` to `endPort`.
  public struct Port: Sendable, Hashable, Codable {
    public var `protocol`: String?
    public var port: IntOrString?
    public var endPort: Int?

    public init(protocol: String? = nil, port: IntOrString? = nil, endPort: Int? = nil) {
      self.protocol = `protocol`
      self.port = port
      self.endPort = endPort
    }
  }

  /// Pods, namespaces or addresses.
  public struct Peer: Sendable, Hashable, Codable {
    public var podSelector: LabelSelector?
    public var namespaceSelector: LabelSelector?
    public var ipBlock: Block?

    public init(podSelector: LabelSelector? = nil, namespaceSelector: LabelSelector? = nil, ipBlock: Block? = nil) {
      self.podSelector = podSelector
      self.namespaceSelector = namespaceSelector
      self.ipBlock = ipBlock
    }
  }

  /// Addresses, without some of them.
  public struct Block: Sendable, Hashable, Codable {
    public var cidr: String
    public var except: [String]?

    public init(cidr: String, except: [String]? = nil) {
      self.cidr = cidr
      self.except = except
    }
  }

  /// Left out by servers in lists.
  public var apiVersion: String?
  public var kind: String?
  public var metadata: ObjectMeta
  public var spec: Spec?

  public init(_ metadata: ObjectMeta, spec: Spec? = nil) {
    apiVersion = Self.resource.apiVersion
    kind = Self.resource.kind
    self.metadata = metadata
    self.spec = spec
  }
}
