import Kubernetes

extension DeploymentPlanner {
  static func stage(of observed: ObservedCluster) -> String? {
    observed.namespace?["metadata", "annotations"]?[.name(WorkerNames.stage)]?.string
  }

  static func annotation(_ stage: String?, _ observed: ObservedCluster, why: String) -> DeploymentAction {
    DeploymentAction(
      .annotateStage(stage), subject: "namespace/\(observed.name)", why: why,
      changes: [
        FieldChange(
          ".metadata.annotations.\(WorkerNames.stage)", from: self.stage(of: observed).map { .string($0) },
          to: stage.map { .string($0) })
      ])
  }

  /// Adds the annotation's action where it is needed and allowed.
  static func annotate(_ stage: String, _ observed: ObservedCluster, _ plan: inout DeploymentPlan) {
    if observed.isNamespaceThere, self.stage(of: observed) == stage { return }
    guard observed.mayAnnotate, observed.namespace != nil || !observed.isNamespaceThere else {
      plan.remarks.append(
        "the annotation '\(WorkerNames.stage)' of namespace '\(observed.name)' is not kept: the right to get and patch the "
          + "namespace is missing, and everything else works without")
      return
    }
    plan.actions.append(annotation(stage, observed, why: "it says which stage is installed"))
  }

  /// What is worth knowing before the plan is carried out.
  static func remarks(
    _ values: WorkerValues, _ wanted: [WantedObject], _ observed: ObservedCluster, _ plan: DeploymentPlan
  ) -> [String] {
    var remarks: [String] = []
    let adopted = wanted.filter { object in
      observed.objects[object.title]?.current.map { ObjectOwner($0) == .original } ?? false
    }.map(\.title)
    if !adopted.isEmpty {
      remarks.append(
        "a cluster of the original scripts is taken over: of \(adopted.joined(separator: ", ")), what Muster does not name "
          + "goes, and 'muster workers teardown' will remove them")
    }
    for object in wanted {
      let takeovers = (observed.objects[object.title]?.takeovers ?? []).filter { takeover in
        ![WorkerNames.manager, WorkerNames.adjuster].contains(takeover.manager)
      }
      guard let first = takeovers.first else { continue }
      let more = takeovers.count > 1 ? " and \(takeovers.count - 1) more" : ""
      remarks.append("\(object.title): \(first.path)\(more), set by \(managers(takeovers)), is set back")
    }
    if let deployment = observed.deployment, !isDying(deployment), let count = values.replicas,
      let live = deployment["spec", "replicas"]?.integer, live != Int64(count)
    {
      remarks.append(
        "there are \(live) workers, and CLIENT_REPLICAS says \(count); leave it unset to keep those that there are")
    }
    if plan.restartsWorkers {
      remarks.append("the workers restart one after the other, each after it has drained")
    }
    if let sentence = processors(values, observed.nodes) { remarks.append(sentence) }
    if !observed.areNodesKnown {
      remarks.append("nodes may not be listed, so nothing can be said about how many workers fit on them")
    }
    return remarks
  }

  /// Which nodes, of those that are for workers, cannot run the image; nil: all can, as far as it is known.
  private static func processors(_ values: WorkerValues, _ nodes: [Node]) -> String? {
    var names: [String: [String]] = [:]
    for node in nodes {
      let labels = node.metadata.labels ?? [:]
      let isMeant = values.affinity == .preferred || labels[values.nodeLabel.key] == values.nodeLabel.value
      guard isMeant, let its = labels[WorkerNames.architecture] else { continue }
      names[Wording.cleaned(its, limit: 40), default: []].append(node.metadata.name ?? "")
    }
    if let own = values.architecture {
      let others = names.filter { $0.key != own }.sorted { $0.key < $1.key }
      guard !others.isEmpty else { return nil }
      let text = others.map { "\(Wording.list($1.sorted())) (\($0))" }.joined(separator: "; ")
      return "the image is for \(own), and workers keep off nodes of other processors: \(text)"
    }
    guard values.image.isOwn, names.count > 1 else { return nil }
    return
      "the nodes for workers are of \(Wording.list(names.keys.sorted())): see that the image '\(values.image.pulled)' is for "
      + "each of them"
  }
}

extension DeploymentPlan {
  /// Whether pods that run are made anew.
  public var restartsWorkers: Bool {
    actions.contains { action in
      switch action.deed {
      case .apply(let wanted) where wanted.type.kind == "Deployment":
        // Of a new deployment, everything changes, and no pod is there yet.
        action.changes.contains { $0.path.hasPrefix(".spec.template") }
          && action.changes.contains { $0.path.hasPrefix(".spec") && $0.from != nil }
      case .recreate(let wanted): wanted.type.kind == "Deployment"
      case .adjust: true
      default: false
      }
    }
  }
}
