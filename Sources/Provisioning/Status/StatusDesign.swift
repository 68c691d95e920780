import Inventory

/// What machines shall have and what would be done, as far as it can be said for a status. Pure.
struct StatusDesign {
  let machines: [MachineSettings]
  let facts: [String: NodeFacts]
  /// Nil: what comes out of one is not compared.
  let bundle: ArtifactBundle?

  func wanted(
    _ wishes: ClusterWishes, _ stores: [String: ServerStore] = [:]
  ) -> Result<WantedCluster, ProvisioningError> {
    do throws(ProvisioningError) {
      guard let bundle else {
        return .success(try BundlelessDesign.wanted(machines, facts, wishes, stores: stores))
      }
      return .success(try ClusterDesign.wanted(machines, facts, bundle, wishes, stores: stores))
    } catch {
      return .failure(error)
    }
  }

  /// - Parameter observed: those that could be looked at.
  func plan(_ wanted: WantedCluster, _ observed: [String: ObservedMachine], only: Set<String>?) -> ClusterPlan {
    // That somebody could not be looked at is said of him, and need not be said of the plan.
    var known = wanted
    known.machines.removeAll { observed[$0.name] == nil }
    known.absent += wanted.machines.filter { observed[$0.name] == nil }.map(\.node.name)
    guard bundle == nil else { return ClusterPlanner.plan(known, observed, only: only) }
    var seen: [String: ObservedMachine] = [:]
    for machine in known.machines {
      seen[machine.name] = observed[machine.name].map { BundlelessDesign.seen($0, as: machine) }
    }
    return ClusterPlanner.plan(known, seen, only: only)
  }
}
