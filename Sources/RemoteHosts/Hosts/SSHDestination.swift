import MusterCore

/// Where the SSH client connects to. What is nil is left to the user's SSH configuration.
public struct SSHDestination: Sendable, Equatable {
  /// A name, an address, or a `Host` of the user's SSH configuration.
  public var host: String
  public var port: Int?
  public var user: String?
  /// A private key that is tried before the others. An absolute path.
  public var keyFile: String?
  /// Answers the machine's question for a password. It goes to no jump host, into no file and no environment.
  public var password: Secret<String>?
  /// More for the client's command line, already split: `["-o", "ProxyJump=gate"]`. See ``SSHArguments``.
  public var arguments: [String]

  public init(
    _ host: String, port: Int? = nil, user: String? = nil, keyFile: String? = nil, password: Secret<String>? = nil,
    arguments: [String] = []
  ) {
    self.host = host
    self.port = port
    self.user = user
    self.keyFile = keyFile
    self.password = password
    self.arguments = arguments
  }

  /// `user@host:port`, as far as they are given.
  var text: String {
    let place = port.map { host.contains(":") ? "[\(host)]:\($0)" : "\(host):\($0)" } ?? host
    return user.map { "\($0)@\(place)" } ?? place
  }
}
