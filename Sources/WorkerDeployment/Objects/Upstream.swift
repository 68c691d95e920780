/// How the workers' pods reach the coordinator.
struct Upstream: Sendable, Hashable {
  /// For the original protocol: `http://cluster-coordinator`.
  let url: String
  /// For Muster's own: `cluster-coordinator:80`.
  let address: String
  /// Where the service `cluster-coordinator` leads. Nil: pods go to ``url`` without it.
  let service: Service?

  /// What stands behind the service.
  struct Service: Sendable, Hashable {
    let address: String
    let port: Int

    var isIPv6: Bool { address.contains(":") }
  }

  /// - Throws: ``WorkerDeploymentError``: nothing says where the coordinator is, or what says so cannot be read.
  init(_ values: WorkerValues) throws(WorkerDeploymentError) {
    if let text = values.upstream {
      address = try Self.address(of: text)
      url = text
      service = nil
      return
    }
    guard let endpoint = values.endpoint else {
      throw WorkerDeploymentError(
        .missing, "nothing says where the coordinator is; set COORDINATOR_EP to an address that every node reaches")
    }
    switch endpoint.host {
    case .address(let text):
      url = "http://\(WorkerNames.service)"
      address = "\(WorkerNames.service):80"
      service = Service(address: text, port: endpoint.port)
    case .name:
      // A service of type ExternalName maps no ports, so the name goes to the pods as it is.
      url = "http://\(endpoint)"
      address = "\(endpoint)"
      service = nil
    }
  }

  /// `HOST:PORT` of a URL. A URL may hold a password, so none is repeated.
  private static func address(of url: String) throws(WorkerDeploymentError) -> String {
    func bad(_ why: String) -> WorkerDeploymentError {
      WorkerDeploymentError(.badValue, "COORDINATOR_SERV \(why); write it as http://coordinator.example:50055")
    }
    var rest = url[...]
    var port = "80"
    if rest.lowercased().hasPrefix("https://") {
      rest = rest.dropFirst(8)
      port = "443"
    } else if rest.lowercased().hasPrefix("http://") {
      rest = rest.dropFirst(7)
    } else {
      throw bad("is no URL that begins with http:// or https://")
    }
    while rest.hasSuffix("/") { rest.removeLast() }
    // It goes into a ConfigMap, which whoever may look at the namespace may read.
    if rest.contains("@") { throw bad("holds a user or a password, which would be open to all in the ConfigMap") }
    let isPlain = rest.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"/?#\"'\\<>{}|^`".utf8.contains($0) }
    guard !rest.isEmpty, rest.utf8.count <= 300, isPlain else { throw bad("is not only a host and a port") }
    guard rest.hasPrefix("[") || rest.count(where: { $0 == ":" }) < 2 else {
      throw bad("has an IPv6 address without brackets")
    }
    let host = rest.hasPrefix("[") ? rest[(rest.firstIndex(of: "]") ?? rest.startIndex)...] : rest
    guard let colon = host.lastIndex(of: ":") else { return "\(rest):\(port)" }
    guard let number = UInt16(host[host.index(after: colon)...]), number > 0, rest.startIndex < colon else {
      throw bad("has no port from 1 to 65535 after its host")
    }
    return String(rest)
  }
}
