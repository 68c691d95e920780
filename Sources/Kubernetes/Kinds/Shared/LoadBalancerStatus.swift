/// Where a load balancer listens.
public struct LoadBalancerStatus: Sendable, Hashable, Codable {
  /// One address or name.
  public struct Ingress: Sendable, Hashable, Codable {
    public var ip: String?
    public var hostname: String?
    public var ipMode: String?
    public var ports: [JSONValue]?

    public init(ip: String? = nil, hostname: String? = nil, ipMode: String? = nil, ports: [JSONValue]? = nil) {
      self.ip = ip
      self.hostname = hostname
      self.ipMode = ipMode
      self.ports = ports
    }
  }

  public var ingress: [Ingress]?

  public init(ingress: [Ingress]? = nil) {
    self.ingress = ingress
  }
}
