import Inventory
import MusterCore

/// How the machines of a cluster are, and how far they are from the plan. Pure.
public struct ClusterStatus: Sendable {
  /// Those that shall be in the cluster, in the order of the inventory.
  public var machines: [MachineStatus]
  /// Nodes of the cluster of which the inventory says nothing, sorted by name.
  public var otherNodes: [NodeStatus]
  /// What forbids to carry the plan out, a sentence each.
  public var problems: [String]
  /// What is worth knowing, a sentence each.
  public var remarks: [String]

  /// - Parameters:
  ///   - machines: those of the inventory.
  ///   - answers: by name; whoever is not in it was not asked, and is left out.
  ///   - only: those of which it is told; nil: all.
  ///   - wanted: what they shall have; nil: that cannot be said, and no drift either.
  ///   - plan: for those that answered.
  ///   - remarks: what could not be compared, a sentence each.
  public init(
    _ machines: [MachineSettings], _ answers: [String: StatusAnswer], only: Set<String>? = nil, wanted: WantedCluster?,
    plan: ClusterPlan, remarks: [String] = []
  ) {
    // Any server's word is the cluster's; one that has just lost its way to the others answers nothing.
    let nodes = machines.lazy.compactMap { machine -> [String: ObservedNode]? in
      guard case .observed(let observed)? = answers[machine.name] else { return nil }
      return observed.nodes
    }.first
    self.machines = machines.filter { $0.isNode && only?.contains($0.name) != false }.compactMap { machine in
      answers[machine.name].map { Self.machine(machine, $0, wanted?[machine.name], nodes, plan) }
    }
    let names = Set(machines.compactMap { WantedNode.name(for: $0.name) })
    otherNodes = (nodes ?? [:]).filter { !names.contains($0.key) }.sorted { $0.key < $1.key }.map { name, _ in
      NodeStatus(WantedNode(name: name), nodes, marking: [])
    }
    problems = plan.problems
    self.remarks = remarks + plan.remarks
    if nodes == nil { self.remarks.append("no server says which nodes the cluster has and how they are") }
    if let versions = Self.versions(self.machines) { self.remarks.append(versions) }
  }

  /// Nil: all nodes have one version.
  private static func versions(_ machines: [MachineStatus]) -> String? {
    let named = machines.compactMap { machine in
      machine.node.flatMap { $0.version.isEmpty ? nil : (version: $0.version, name: machine.name) }
    }
    let groups = Dictionary(grouping: named, by: \.version).sorted { $0.key < $1.key }
    guard groups.count > 1 else { return nil }
    let parts = groups.map { "\($0.key) on \(ClusterPlanner.list($0.value.map(\.name)))" }
    return "the nodes have different versions: \(parts.joined(separator: "; "))"
  }

  /// Whether every machine is as planned, runs and is Ready.
  public var isWell: Bool { problems.isEmpty && machines.allSatisfy(\.isWell) }

  private static func machine(
    _ settings: MachineSettings, _ answer: StatusAnswer, _ wanted: WantedMachine?, _ nodes: [String: ObservedNode]?,
    _ plan: ClusterPlan
  ) -> MachineStatus {
    let node = wanted?.node ?? WantedNode.name(for: settings.name).map { WantedNode(name: $0) }
    let actions = plan.actions.filter { isFor(settings.name, node?.name, $0) }
    let marking = actions.flatMap { action -> [NodeMark] in
      if case .mark(_, let give, _) = action.deed { give } else { [] }
    }
    var status = MachineStatus(name: settings.name, roles: settings.roles, address: wanted?.address)
    status.node = node.map { NodeStatus($0, nodes, marking: marking) }
    switch answer {
    case .failed(let error): status.trouble = error
    case .observed(let observed):
      let unit = settings.roles.contains(.server) ? "k3s.service" : "k3s-agent.service"
      status.service = ServiceStatus(wanted?.unit.name ?? unit, observed)
      status.changed = observed.changed
      status.changeAge = observed.changed.flatMap { changed in observed.clock.map { max($0 - changed, .zero) } }
      if wanted != nil { status.drift = actions }
    }
    return status
  }

  /// The labels of a node are given by a server, and are the node's all the same.
  private static func isFor(_ machine: String, _ node: String?, _ action: MachineAction) -> Bool {
    if case .mark(let marked, _, _) = action.deed { return marked == node }
    return action.machine == machine
  }
}
