import Inventory

/// A server of a cluster, as far as it matters to who wants to reach its API.
public struct APIServer: Sendable, Hashable {
  /// Its name in the inventory.
  public var machine: String
  /// Its name as a node, which its certificate has, too; nil if it makes none.
  public var node: String?
  /// Its address between the machines; nil if that is not known.
  public var address: String?
  /// Where SSH reaches it; nil: it is this machine itself.
  public var sshHost: String?

  public init(machine: String, node: String?, address: String?, sshHost: String?) {
    self.machine = machine
    self.node = node
    self.address = address
    self.sshHost = sshHost
  }

  /// - Parameter facts: nil if the machine did not say.
  public init(_ settings: MachineSettings, _ facts: MachineFacts?) {
    self.init(
      machine: settings.name, node: WantedNode.name(for: settings.name),
      address: facts.flatMap { NodeAddress.choose(settings, $0).address },
      sshHost: settings.ssh.isLocal ? nil : settings.ssh.host)
  }
}
