import MusterCore

extension ProxyAddress {
  /// The proxy that the environment names for a server: `HTTPS_PROXY` or, without TLS, `HTTP_PROXY`, unless `NO_PROXY`
  /// names the server. In capitals or not, as Go programs read them. The machine itself is never reached by a proxy.
  ///
  /// - Throws: ``KubernetesError`` (`badConfiguration`), with the variable's name.
  static func fromEnvironment(_ environment: [String: String], for server: ServerAddress) throws(KubernetesError)
    -> ProxyAddress?
  {
    func variable(_ name: String) -> (name: String, value: String)? {
      for name in [name, name.lowercased()] {
        if let value = environment[name], !value.isEmpty { return (name, value) }
      }
      return nil
    }
    guard let (name, value) = variable(server.isEncrypted ? "HTTPS_PROXY" : "HTTP_PROXY") else { return nil }
    let exceptions = variable("NO_PROXY")?.value ?? ""
    guard !isLocal(server.host), !names(exceptions, server) else { return nil }
    do throws(KubernetesError) {
      return try ProxyAddress(value.contains("://") ? value : "http://\(value)")
    } catch {
      throw KubernetesError(
        .badConfiguration, "the environment's \(name) is no proxy: \(error.message)", details: ["field": name])
    }
  }

  private static func isLocal(_ host: String) -> Bool {
    host == "localhost"
      || AddressBytes.of(host).map { $0.count == 4 ? $0[0] == 127 : $0 == [UInt8](repeating: 0, count: 15) + [1] }
        ?? false
  }

  private static func names(_ exceptions: String, _ server: ServerAddress) -> Bool {
    exceptions.split(separator: ",").contains { part in
      var name = part.filter { !$0.isWhitespace }.lowercased()
      if name == "*" { return true }
      if let range = AddressRange(name) { return range.contains(server.host) }
      let port = ":\(server.port)"
      if name.hasSuffix(port) { name.removeLast(port.count) }
      if name.hasPrefix("*.") { name.removeFirst() }
      let host = server.host.lowercased()
      if name.hasPrefix(".") { return host.hasSuffix(name) }
      return !name.isEmpty && (host == name || host.hasSuffix(".\(name)"))
    }
  }
}
