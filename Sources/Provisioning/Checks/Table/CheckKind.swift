/// A check that is made before machines become a cluster. The order is the one of all tables.
public enum CheckKind: String, Sendable, Hashable, CaseIterable {
  case servers
  case token
  case bundle
  case role
  case ssh
  case root
  case system
  case architecture
  case systemd
  case cores
  case memory
  case disk
  case hostName = "host-name"
  case machineID = "machine-id"
  case clock
  case tools
  case interface
  case networks
  case defaultRoute = "default-route"
  case portsFree = "ports-free"
  case portsOpen = "ports-open"
  case swap
  case cgroups
  case modules
  case seLinux = "selinux"
  case firewall
  case kubernetes
  case containers
  case packageLock = "package-lock"
  case packages
  case gpu
  case sshClient = "ssh-client"
  case wsl

  /// The name in tables, JSON and documents.
  public var name: String { rawValue }

  /// Of what it is made.
  public enum Scope: String, Sendable, Hashable {
    case cluster
    case machine
    case provisioner
    case machineAndProvisioner = "machine, provisioner"
  }

  public var scope: Scope {
    switch self {
    case .servers, .token, .bundle: .cluster
    case .sshClient, .wsl: .provisioner
    case .cores, .memory, .disk, .clock: .machineAndProvisioner
    default: .machine
    }
  }
}
