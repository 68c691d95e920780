import Kubernetes

/// What is wrong with the deployment as a whole, and hints about the nodes.
enum DeploymentReasons {
  /// Cores under which the original's document advises against a node.
  static let advisedCores: Int64 = 64

  static func find(_ facts: SituationFacts) -> [Reason] {
    let situation = facts.situation
    var reasons: [Reason] = []
    if situation.place?.status?.phase == "Terminating" {
      reasons.append(
        Reason(
          .namespaceGoing, count: situation.wanted, "the namespace '\(situation.namespace)' is being deleted",
          cure: "wait until it is gone and deploy again, or deploy into another one"))
    }
    reasons += unseen(situation)
    guard let deployment = situation.deployment else {
      if situation.unseen["deployments"] == nil {
        reasons.append(
          Reason(
            .notDeployed, count: 0,
            "the namespace '\(situation.namespace)' has no deployment '\(WorkerNames.deployment)'",
            cure: "make one with 'muster workers deploy'"))
      }
      return reasons
    }
    if deployment.spec?.paused == true {
      reasons.append(
        Reason(
          .paused, count: situation.wanted, "the deployment is paused, so that no change of it reaches the workers",
          cure: "let it go on with 'kubectl rollout resume deployment/\(WorkerNames.deployment) "
            + "-n \(situation.namespace)'"))
    }
    if Int64(deployment.status?.observedGeneration ?? 0) < deployment.metadata.generation ?? 0 {
      reasons.append(
        Reason(
          .unobserved, count: situation.wanted, "the cluster's deployment controller has not looked at the deployment",
          cure: "look whether kube-controller-manager runs"))
    }
    if let progress = deployment.status?.conditions?.of("Progressing"), progress.status == "False",
      progress.reason == "ProgressDeadlineExceeded"
    {
      let updated = deployment.status?.updatedReplicas ?? 0
      reasons.append(
        Reason(
          .rolloutStuck, count: max(0, situation.wanted - (deployment.status?.availableReplicas ?? 0)),
          "the rollout has not come further for \(deployment.spec?.progressDeadlineSeconds ?? 600) s, with "
            + "\(updated) of \(Wording.count(situation.wanted, "worker")) new",
          cure: "mend what the other reasons say; it goes on by itself then"))
    }
    if let hint = smallNodes(situation) { reasons.append(hint) }
    return reasons
  }

  private static func unseen(_ situation: WorkersSituation) -> [Reason] {
    situation.unseen.sorted { $0.key < $1.key }.map { kind, why in
      let isVital = ["deployments", "pods", "replicasets"].contains(kind)
      let lost =
        switch kind {
        case "nodes": ", so that only the scheduler's own words say why pods wait"
        case "pods in all namespaces": ", so that what the pods of others take is not counted"
        default: ""
        }
      return Reason(
        isVital ? .forbidden : .unseen, count: 0, "\(kind) cannot be read\(lost): \(Wording.cleaned(why))",
        cure: "let an administrator grant the rights 'list' and 'watch' for \(kind)")
    }
  }

  private static func smallNodes(_ situation: WorkersSituation) -> Reason? {
    guard let nodes = situation.nodes else { return nil }
    let demands = WorkerDemands(situation.deployment?.spec?.template)
    let small = nodes.filter { $0.cores > 0 && $0.cores < advisedCores && demands.unmetLabel(of: $0) == nil }
    guard !small.isEmpty, demands.label != nil else { return nil }
    let cores = small.map(\.cores)
    let range = cores.min() == cores.max() ? "\(cores[0])" : "\(cores.min() ?? 0) to \(cores.max() ?? 0)"
    return Reason(
      .smallNodes, count: small.count,
      "\(Wording.count(small.count, "node")) for workers (\(Wording.list(small.map(\.name).sorted(), limit: 3))) "
        + "\(small.count == 1 ? "has" : "have") \(range) cores, under the \(advisedCores) that are advised for proving",
      cure: "expect long tasks there, or label larger nodes")
  }
}
