/// Decides what is to be done so that machines have what they shall have. Pure.
public enum ClusterPlanner {
  /// - Parameters:
  ///   - observed: by machine. Those that are not in it are left alone.
  ///   - only: the machines for which is planned; nil: all. The others are looked at, since who founds the cluster and what its nodes
  ///     are marked with depends on them.
  public static func plan(
    _ wanted: WantedCluster, _ observed: [String: ObservedMachine], only: Set<String>? = nil
  ) -> ClusterPlan {
    var plan = ClusterPlan(remarks: wanted.remarks)
    let seen = wanted.machines.filter { observed[$0.name] != nil && only?.contains($0.name) != false }
    for machine in seen {
      guard let its = observed[machine.name] else { continue }
      var planner = MachinePlanner(wanted: machine, observed: its)
      planner.decide()
      plan.actions += planner.actions
      plan.problems += planner.problems
      plan.remarks += planner.remarks
      plan.needs[machine.name] = machine.needs
    }
    let left = wanted.machines.filter { observed[$0.name] == nil && only?.contains($0.name) != false }.map(\.name)
    if !left.isEmpty { plan.remarks.append("\(list(left)) \(left.count > 1 ? "are" : "is") left alone in this plan") }
    if let founder = wanted[wanted.founder], let its = observed[founder.name] {
      let marker = NodeMarker(server: founder.name, observed: its)
      plan.actions += seen.compactMap { marker.action(for: $0) }
      plan.remarks += marker.remarks(wanted.machines.map(\.node.name) + wanted.absent)
    }
    plan.actions = inOrder(plan.actions)
    return plan
  }

  /// By phase, and otherwise as they are.
  static func inOrder(_ actions: [MachineAction]) -> [MachineAction] {
    actions.enumerated().sorted { ($0.element.phase, $0.offset) < ($1.element.phase, $1.offset) }.map(\.element)
  }

  /// `a, b and 3 more`.
  static func list(_ names: [String]) -> String {
    guard names.count > 3 else {
      guard let last = names.last, names.count > 1 else { return names.first ?? "" }
      return "\(names.dropLast().joined(separator: ", ")) and \(last)"
    }
    return "\(names.prefix(2).joined(separator: ", ")) and \(names.count - 2) more"
  }
}
