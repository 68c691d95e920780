import MusterCore

extension ClusterSite {
  /// Looks at what Muster has made on machines, and says how it is undone.
  ///
  /// - Parameters:
  ///   - only: the machines that are reset; nil: all, with the cluster.
  ///   - helpers: the servers that may take nodes out of a cluster that stays; nil: any that answers.
  /// - Throws: `CancellationError`.
  public func surveyReset(
    only: Set<String>? = nil, helpers: Set<String>? = nil
  ) async throws -> (plan: ClusterPlan, failures: [MachineFailure]) {
    func isReset(_ name: String) -> Bool { only?.contains(name) != false }
    let staying = Set(machines.filter { $0.roles.contains(.server) && !isReset($0.name) }.map(\.name))
    let (observed, unseen) = try await observe(
      places.filter { isReset($0.name) || staying.contains($0.name) }.map {
        ($0.name, ObservationScript.recordScript(asksCluster: staying.contains($0.name)))
      })
    let answering = machines.map(\.name).filter { staying.contains($0) && observed[$0]?.nodes != nil }
    let helper = answering.first { helpers?.contains($0) != false }
    let nodes = machines.filter { isReset($0.name) }.map { machine in
      (name: machine.name, node: WantedNode.name(for: machine.name) ?? machine.name)
    }
    var plan = ResetPlanner.plan(nodes, observed, helper: helper)
    if answering.isEmpty, !staying.isEmpty, !plan.isEmpty {
      plan.remarks.append(
        "no server that stays answers, so the cluster keeps the nodes; take them out with 'kubectl delete node' when it runs"
      )
    }
    // A member of etcd that is gone without a word is missed for ever, and without most of its members etcd does nothing.
    let members = nodes.filter { machine in
      let isMember = answering.isEmpty || answering.contains { observed[$0]?.nodes?[machine.node] != nil }
      let its = observed[machine.name]
      return its?.record != nil && its?.store == .etcd && helper == nil && !staying.isEmpty && isMember
    }.map(\.name)
    if !members.isEmpty {
      plan.problems.append(
        answering.isEmpty
          ? "\(ClusterPlanner.list(members)) cannot leave the cluster, since no server that stays answers; see with 'muster cluster "
            + "status' what is wrong with \(ClusterPlanner.list(staying.sorted())), or reset all machines"
          : "who can take \(ClusterPlanner.list(members)) out of the cluster has changed meanwhile; run the same command again"
      )
    }
    return (plan, unseen.filter { isReset($0.machine) })
  }
}
