import MusterCore

/// One machine as Muster sees it: its variables as typed values.
public struct MachineSettings: Sendable, Equatable {
  /// Its name in the inventory.
  public let name: String
  /// Empty if it is in none of the groups that Muster knows.
  public let roles: Set<MachineRole>
  public let ssh: SSHEndpoint
  /// Strongest first: `ansible_sudo_pass`, `ansible_become_pass`, `ansible_become_password`.
  public let sudoPassword: Secret<String>?
  /// The network interface between the machines (`my_iface`). Nil: that of the default route.
  public let interface: String?
  public let hasGPU: Bool
  /// False: a driver that is there is left alone, and none is installed.
  public let installsNvidiaDriver: Bool
  public let installsDocker: Bool
  /// A mirror of Docker's packages (`docker_repo`).
  public let dockerRepository: String?
  /// Where Muster may put files on the machine for a while (`convect_workdir`). An absolute path.
  public let workFolder: String?
  /// The cluster's token: `convect_token`, or `token` as k3s-ansible has it.
  public let token: Secret<String>?
  /// The values of the JupyterHub (`jhub_config_path`). An absolute path on this machine.
  public let jupyterHubValues: String?
  public let httpPort: Int
  public let httpsPort: Int

  /// Whether Kubernetes shall run on it: a registry of images runs in the cluster, and its machine is one of the nodes.
  public var isNode: Bool { !roles.isEmpty }
}
