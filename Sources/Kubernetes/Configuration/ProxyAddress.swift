import MusterCore

/// A basic HTTP proxy: it is asked to CONNECT to the server, and then passes bytes on.
public struct ProxyAddress: Sendable, Equatable, CustomStringConvertible {
  public var host: String
  public var port: Int
  /// The value of a `Proxy-Authorization` header, if the proxy wants one.
  public var authorization: Secret<String>?

  public init(host: String, port: Int, authorization: Secret<String>? = nil) {
    self.host = host
    self.port = port
    self.authorization = authorization
  }

  public var description: String { "http://\(host.contains(":") ? "[\(host)]" : host):\(port)" }
}
