/// Where an API server listens: the parts of an URL such as `https://10.0.0.1:6443/clusters/a`.
public struct ServerAddress: Sendable, Hashable, CustomStringConvertible {
  /// Whether it speaks TLS (`https`) or not (`http`).
  public var isEncrypted: Bool
  /// A name or an address; an IPv6 address stands without brackets.
  public var host: String
  public var port: Int
  /// Empty, or what stands before every path: it begins with a slash and does not end with one.
  public var pathPrefix: String

  public init(isEncrypted: Bool = true, host: String, port: Int, pathPrefix: String = "") {
    self.isEncrypted = isEncrypted
    self.host = host
    self.port = port
    self.pathPrefix = pathPrefix
  }

  public var description: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return "\(isEncrypted ? "https" : "http")://\(name):\(port)\(pathPrefix)"
  }
}
