/// What was looked at.
public enum CheckSubject: Sendable, Hashable {
  /// All machines together.
  case cluster
  /// This machine, from which the others are made a cluster.
  case provisioner
  /// One of the inventory.
  case machine(String)

  /// What it is called in a table; a machine's own name.
  public var name: String {
    switch self {
    case .cluster: "(cluster)"
    case .provisioner: "(this machine)"
    case .machine(let name): name
    }
  }
}
