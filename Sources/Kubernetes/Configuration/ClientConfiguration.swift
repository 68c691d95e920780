import MusterCore

/// Which API server a program talks to, as whom, and how it knows that it is the right one.
///
/// It is what a kubeconfig's context says, or what a pod is given; see ``load(context:kubeconfig:environment:time:)``.
public struct ClientConfiguration: Sendable {
  public var server: ServerAddress
  /// Certificates in PEM that the server's is checked against. Nil: those of the system.
  public var certificateAuthorities: String?
  /// The name that the server's certificate must carry, if it is another one than the host of ``server``.
  public var serverName: String?
  /// Whether the server's certificate goes unchecked. Only ever true when a file or the caller says so.
  public var isInsecure: Bool
  /// Through which HTTP proxy connections go. Nil: directly.
  public var proxy: ProxyAddress?
  /// Where objects live when a caller names no namespace.
  public var namespace: String
  /// Who asks. Called before requests, and once with `forceRefresh` after the server said 401.
  public var credentials: any CredentialSource
  /// As whom the one who asks wants to be treated, if as somebody else.
  public var impersonation: Impersonation?

  public init(
    server: ServerAddress, certificateAuthorities: String? = nil, serverName: String? = nil, isInsecure: Bool = false,
    proxy: ProxyAddress? = nil, namespace: String = "default", credentials: any CredentialSource = FixedCredentials(),
    impersonation: Impersonation? = nil
  ) {
    self.server = server
    self.certificateAuthorities = certificateAuthorities
    self.serverName = serverName
    self.isInsecure = isInsecure
    self.proxy = proxy
    self.namespace = namespace
    self.credentials = credentials
    self.impersonation = impersonation
  }
}
