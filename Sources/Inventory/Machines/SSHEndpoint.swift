import MusterCore

/// How a machine is reached. Where an old name and a new one are both given (`ansible_ssh_host`, `ansible_host`), the old
/// one counts, as with Ansible.
public struct SSHEndpoint: Sendable, Equatable {
  /// A name, an address, or a name of the user's SSH configuration.
  public let host: String
  /// Nil: what the user's SSH configuration says, else 22.
  public let port: Int?
  /// Nil: what the user's SSH configuration says, else the name of who runs Muster.
  public let user: String?
  /// An absolute path.
  public let keyFile: String?
  public let password: Secret<String>?
  /// Arguments for the client, as they were written: `-o ProxyJump=gw`.
  public let arguments: String?
  /// `ansible_connection=local`: this machine itself, without SSH.
  public let isLocal: Bool
}
