/// What must be known of a machine before it can be said what it shall have.
public struct NodeFacts: Sendable, Hashable {
  /// Its name in the inventory.
  public var name: String
  /// Its address between the machines, without brackets: that of `my_iface`, or of the default route's interface.
  public var address: String
  /// The interface that has the address.
  public var interface: String
  /// As `debian-12`, `ubuntu-22.04`: ID and VERSION_ID of /etc/os-release.
  public var release: String
  public var architecture: MachineArchitecture
  public var hasGPU: Bool
  /// Whether nvidia-container-runtime is there already, whoever has brought it.
  public var hasNvidiaRuntime: Bool
  /// Whether NVIDIA's driver is there already.
  public var hasNvidiaDriver: Bool
  /// Whether packages are Debian's.
  public var hasDpkg: Bool
  /// What it needs of packages by name.
  public var wishes: PackageWishes

  public init(
    name: String, address: String, interface: String, release: String, architecture: MachineArchitecture,
    hasGPU: Bool = false, hasNvidiaRuntime: Bool = false, hasNvidiaDriver: Bool = false, hasDpkg: Bool = true,
    wishes: PackageWishes = PackageWishes()
  ) {
    self.name = name
    self.address = address
    self.interface = interface
    self.release = release
    self.architecture = architecture
    self.hasGPU = hasGPU
    self.hasNvidiaRuntime = hasNvidiaRuntime
    self.hasNvidiaDriver = hasNvidiaDriver
    self.hasDpkg = hasDpkg
    self.wishes = wishes
  }
}
