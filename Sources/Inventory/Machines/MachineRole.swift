/// What a machine is for, by the groups that it is in.
public enum MachineRole: String, Sendable, Hashable, CaseIterable {
  /// Runs the cluster's control plane: group `driver` (the guide's) or `server` (k3s-ansible's).
  case server
  /// Runs work: group `worker` or `agent`.
  case agent
  /// Runs the private registry of images: group `registry`.
  case registry

  /// The groups that give the role.
  public var groups: [String] {
    switch self {
    case .server: ["driver", "server"]
    case .agent: ["worker", "agent"]
    case .registry: ["registry"]
    }
  }

  /// The roles that groups of these names give.
  static func of(_ groups: [String]) -> Set<MachineRole> {
    Set(allCases.filter { role in role.groups.contains { groups.contains($0) } })
  }
}
