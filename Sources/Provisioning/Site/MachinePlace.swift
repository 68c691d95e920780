import Inventory
import RemoteHosts

/// A machine of an inventory, and the root shell on it, or why there is none.
public struct MachinePlace: Sendable {
  public var settings: MachineSettings
  public var shell: Result<any RemoteShell, RemoteHostError>

  public init(_ settings: MachineSettings, _ shell: Result<any RemoteShell, RemoteHostError>) {
    self.settings = settings
    self.shell = shell
  }

  public var name: String { settings.name }
}
