import MusterCore

/// What it takes to use a cluster: where its API server is, whom to trust, and who one is. Plain data: no programs, no files.
public struct ClusterAccess: Sendable, Equatable {
  public var server: ServerAddress
  /// The name that the server's certificate must have; nil: that of its address.
  public var serverName: String?
  /// Certificates in PEM that sign the server's, in base64 as they stand in a kubeconfig; nil: those that the system trusts.
  public var authorities: String?
  /// Fields of a user: `client-certificate-data`, `client-key-data`, `token`, `username`, `password`. Empty: there is no user.
  public var user: Secret<[String: String]>

  public init(
    server: ServerAddress, serverName: String? = nil, authorities: String? = nil, user: Secret<[String: String]>
  ) {
    self.server = server
    self.serverName = serverName
    self.authorities = authorities
    self.user = user
  }

  public var hasUser: Bool { !user.reveal().isEmpty }
}
