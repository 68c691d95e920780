import MusterCore

extension ClusterSite {
  /// Looks at what Muster has made on machines, and says how it is undone.
  ///
  /// - Parameter only: the machines that are reset; nil: all, with the cluster.
  /// - Throws: `CancellationError`.
  public func surveyReset(
    only: Set<String>? = nil
  ) async throws -> (plan: ClusterPlan, failures: [MachineFailure]) {
    func isReset(_ name: String) -> Bool { only?.contains(name) != false }
    let staying = Set(machines.filter { $0.roles.contains(.server) && !isReset($0.name) }.map(\.name))
    let (observed, unseen) = try await observe(
      places.filter { isReset($0.name) || staying.contains($0.name) }.map {
        ($0.name, ObservationScript.recordScript(asksCluster: staying.contains($0.name)))
      })
    let helper = machines.first { staying.contains($0.name) && observed[$0.name]?.nodes != nil }?.name
    let nodes = machines.filter { isReset($0.name) }.map { machine in
      (name: machine.name, node: WantedNode.name(for: machine.name) ?? machine.name)
    }
    var plan = ResetPlanner.plan(nodes, observed, helper: helper)
    if helper == nil, !staying.isEmpty, !plan.isEmpty {
      plan.remarks.append(
        "no server that stays answers, so the cluster keeps the nodes; take them out with 'kubectl delete node' when it runs"
      )
    }
    return (plan, unseen.filter { isReset($0.machine) })
  }
}
