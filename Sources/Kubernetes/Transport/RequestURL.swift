/// Writes the address of a request.
enum RequestURL {
  /// The whole URL. Its host is the name that the certificate is checked against.
  static func text(_ request: APIRequest, to configuration: ClientConfiguration) -> String {
    var server = configuration.server
    if let name = configuration.serverName { server.host = name }
    return server.description + pathAndQuery(request)
  }

  /// What follows the server's address.
  static func pathAndQuery(_ request: APIRequest) -> String {
    guard !request.query.isEmpty else { return request.path }
    return request.path + "?"
      + request.query.map { "\(ResourceType.segment($0.name))=\(ResourceType.segment($0.value))" }.joined(
        separator: "&")
  }

  /// Host and port, as in a `Host` header.
  static func authority(of server: ServerAddress) -> String {
    let host = server.host.contains(":") ? "[\(server.host)]" : server.host
    let isUsual = server.port == (server.isEncrypted ? 443 : 80)
    return isUsual ? host : "\(host):\(server.port)"
  }
}
