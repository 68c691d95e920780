import MusterCore

/// What a machine said about itself. An outsider's words: every text in it is printable ASCII of at most 512 characters.
public struct MachineFacts: Sendable, Hashable {
  /// As whom the questions were asked; 0 is root.
  public var userID: Int
  /// The machine's own clock, to the second.
  public var clock: Timestamp
  /// As `uname -m` says it: `x86_64`.
  public var architecture: String
  /// As `uname -r` says it.
  public var kernel: String
  public var hostName: String
  /// Empty if it has none.
  public var machineID: String
  /// Another one after every start of the machine.
  public var bootID: String
  public var system: SystemRelease
  /// Those that the kernel may use.
  public var cores: Int
  /// Bytes of memory; less than was bought, as the kernel keeps some.
  public var memory: Int64
  public var swaps: [SwapArea] = []
  /// Of the paths that were asked for, in their order; one is missing if nothing could be read of it.
  public var disks: [DiskFacts] = []
  public var interfaces: [NetworkInterface] = []
  public var defaultRoutes: [DefaultRoute] = []
  public var listeners: [PortListener] = []
  /// Nil if the kernel has none.
  public var cgroups: CgroupFacts?
  /// Whether the modules of the kernel that runs are on the disk.
  public var hasModuleFolder: Bool
  /// Of the modules that were asked for.
  public var modules: [String: KernelModuleState] = [:]
  public var seLinux: SELinuxFacts
  /// Whether ufw is switched on in its settings.
  public var isUFWEnabled = false
  /// Nil if the machine does not run systemd; 0 if it does not say which.
  public var systemdVersion: Int?
  /// The units that were asked for and are not at rest, without `.service`: `active`, `activating`, `failed`.
  public var units: [String: String] = [:]
  /// 1 or 2 in the Windows Subsystem for Linux.
  public var wsl: Int?
  /// As what kind of container it runs, `lxc`; nil if it does not.
  public var container: String?
  /// Programs and where they are.
  public var tools: [String: String] = [:]
  /// What the SSH client says of itself.
  public var sshClient: String?
  /// Signs of a Kubernetes that is or was there.
  public var kubernetes: [KubernetesSign] = []
  /// Programs that take a k3s away again.
  public var uninstallers: [String] = []
  /// Whether Muster's own record of what it changed is there.
  public var hasMusterRecord = false
  /// NVIDIA's.
  public var gpus: [GPUDevice] = []
  /// The version of NVIDIA's driver, if it is loaded.
  public var nvidiaDriver: String?
  /// Whether the free driver nouveau is loaded, beside which NVIDIA's does not start.
  public var isNouveauLoaded = false
  /// Held locks of the package managers.
  public var packageLocks: [PackageLock] = []
  /// Whether an installation of packages broke off and waits for `dpkg --configure -a`.
  public var isPackageWorkInterrupted = false
  /// Whether the kernel confines programs with AppArmor.
  public var hasAppArmor = false

  /// Whether a k3s runs there.
  public var runsK3s: Bool { ["k3s", "k3s-agent"].contains { units[$0] == "active" } }
}
