/// What programs see of a kubeconfig that was merged into a file.
struct KubeconfigView: Encodable {
  let file: String
  /// Of the cluster, the user and the context.
  let name: String
  let server: String
  let tls_server_name: String?
  /// The server that gave it.
  let machine: String
  let reachable: Bool
  let why: String
  let current: Bool
}
