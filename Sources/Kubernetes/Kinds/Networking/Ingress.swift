/// Rules by which HTTP requests from outside reach services.
public struct Ingress: KubernetesResource, Hashable, Codable {
  public static let resource = ResourceType(group: "networking.k8s.io", plural: "ingresses", kind: "Ingress")

  /// The rules.
  public struct Spec: Sendable, Hashable, Codable {
    public var ingressClassName: String?
    public var defaultBackend: Backend?
    public var tls: [TLS]?
    public var rules: [Rule]?

    public init(
      ingressClassName: String? = nil, defaultBackend: Backend? = nil, tls: [TLS]? = nil, rules: [Rule]? = nil
    ) {
      self.ingressClassName = ingressClassName
      self.defaultBackend = defaultBackend
      self.tls = tls
      self.rules = rules
    }
  }

  /// Where requests go.
  public struct Backend: Sendable, Hashable, Codable {
    public var service: ServiceBackend?
    public var resource: TypedReference?

    public init(service: ServiceBackend? = nil, resource: TypedReference? = nil) {
      self.service = service
      self.resource = resource
    }
  }

  /// A service and one of its ports.
  public struct ServiceBackend: Sendable, Hashable, Codable {
    public var name: String
    public var port: Port?

    public init(name: String, port: Port? = nil) {
      self.name = name
      self.port = port
    }
  }

  /// By name or by number.
  public struct Port: Sendable, Hashable, Codable {
    public var name: String?
    public var number: Int?

    public init(name: String? = nil, number: Int? = nil) {
      self.name = name
      self.number = number
    }
  }

  /// An object of the same namespace.
  public struct TypedReference: Sendable, Hashable, Codable {
    public var apiGroup: String?
    public var kind: String
    public var name: String

    public init(kind: String, name: String, apiGroup: String? = nil) {
      self.apiGroup = apiGroup
      self.kind = kind
      self.name = name
    }
  }

  /// Hosts, and the secret with their certificate.
  public struct TLS: Sendable, Hashable, Codable {
    public var hosts: [String]?
    public var secretName: String?

    public init(hosts: [String]? = nil, secretName: String? = nil) {
      self.hosts = hosts
      self.secretName = secretName
    }
  }

  /// What happens with requests for a host.
  public struct Rule: Sendable, Hashable, Codable {
    public var host: String?
    public var http: HTTP?

    public init(host: String? = nil, http: HTTP? = nil) {
      self.host = host
      self.http = http
    }
  }

  /// By path.
  public struct HTTP: Sendable, Hashable, Codable {
    public var paths: [Path]?

    public init(paths: [Path]? = nil) {
      self.paths = paths
    }
  }

  /// One of the paths.
  public struct Path: Sendable, Hashable, Codable {
    public var path: String?
    /// `Exact`, `Prefix` or `ImplementationSpecific`.
    public var pathType: String
    public var backend: Backend

    public init(pathType: String, backend: Backend, path: String? = nil) {
      self.path = path
      self.pathType = pathType
      self.backend = backend
    }
  }

  /// Where it listens.
  public struct Status: Sendable, Hashable, Codable {
    public var loadBalancer: LoadBalancerStatus?

    public init(loadBalancer: LoadBalancerStatus? = nil) {
      self.loadBalancer = loadBalancer
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
