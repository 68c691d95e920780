/// What programs see of a kubeconfig that was merged into a file.
struct KubeconfigView: Encodable {
  let file: String
  /// Of the cluster, the user and the context.
  let name: String
  let server: String
  /// What the server's certificate must be for; nil: the address.
  let serverName: String?
  /// The server that gave it.
  let machine: String
  let isReachable: Bool
  let why: String
  /// Whether its context is the current one of the file.
  let isCurrent: Bool

  enum CodingKeys: String, CodingKey {
    case file, name, server, machine, why
    case serverName = "tls_server_name"
    case isReachable = "reachable"
    case isCurrent = "current"
  }
}
