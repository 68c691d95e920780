import Inventory
import Provisioning

/// The machines of an inventory, and those that a command is about.
struct ClusterSelection {
  /// All of it, in its order.
  let machines: [MachineSettings]
  /// Nil: all.
  let only: Set<String>?

  func contains(_ name: String) -> Bool { only?.contains(name) != false }

  /// Whether what was found of it matters: it is a machine that is meant, or none at all.
  func isAbout(_ subject: CheckSubject) -> Bool {
    if case .machine(let name) = subject { contains(name) } else { true }
  }

  /// Whether it must be asked: all others go by the addresses of servers and registries.
  func reaches(_ machine: MachineSettings) -> Bool {
    guard machine.isNode else { return false }
    return contains(machine.name) || !machine.roles.isDisjoint(with: [.server, .registry])
  }

  /// Whether it is reset, or takes those out of the cluster that are.
  func isTouchedByReset(_ machine: MachineSettings) -> Bool {
    contains(machine.name) || machine.roles.contains(.server)
  }
}
