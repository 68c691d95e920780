import Kubernetes

/// Decides what is to be done. Pure: the same wishes and the same cluster give the same plan.
public enum DeploymentPlanner {
  /// What makes the cluster be as wanted: the image first, since it fails most easily and changes nothing; then the objects in
  /// the order of `wanted`; then what is no longer wanted goes; and last the namespace's annotation, which says what is there.
  ///
  /// - Parameter wanted: all objects, in the order of making.
  /// - Throws: `occupied`, `notMine`, `notReady` for a namespace that is being deleted, `unsupported` for what the server
  ///   would not take.
  public static func plan(
    _ values: WorkerValues, _ wanted: [WantedObject], _ observed: ObservedCluster
  ) throws(WorkerDeploymentError) -> DeploymentPlan {
    try checkNamespace(observed)
    try checkForeign(wanted, observed)
    var plan = DeploymentPlan()
    if observed.isImageDelivered == false {
      let moved = observed.imageTagLeadsTo.map { "its tag leads to another image, \($0), and is moved" }
      plan.actions.append(
        DeploymentAction(
          .deliverImage(values.image), subject: "image/\(values.image.delivered)",
          why: moved ?? "the registry does not have it yet"))
    }
    if !observed.isNamespaceThere {
      plan.actions.append(
        DeploymentAction(.createNamespace, subject: "namespace/\(observed.name)", why: "it is not there"))
    }
    for object in wanted {
      if let action = try action(for: object, observed, keepsReplicas: values.replicas == nil) {
        plan.actions.append(action)
      }
    }
    restoreEndpoints(wanted, &plan)
    for leftover in observed.leftovers where !isDying(leftover.object) {
      plan.actions.append(
        DeploymentAction(
          .delete(leftover), subject: leftover.title, why: "Muster has made it, and it is no longer wanted"))
    }
    annotate(values.stage, observed, &plan)
    plan.remarks += remarks(values, wanted, observed, plan)
    return plan
  }

  /// With a service its Endpoints go, whoever has made them: a controller takes them away.
  static func restoreEndpoints(_ wanted: [WantedObject], _ plan: inout DeploymentPlan) {
    guard let service = plan.actions.firstIndex(where: { $0.remakesService }),
      let endpoints = wanted.first(where: { $0.type.kind == "Endpoints" }),
      !plan.actions.contains(where: { $0.subject == endpoints.title })
    else { return }
    plan.actions.insert(
      DeploymentAction(.apply(endpoints), subject: endpoints.title, why: "it goes with the service that is made anew"),
      at: service + 1)
  }

  private static func checkNamespace(_ observed: ObservedCluster) throws(WorkerDeploymentError) {
    if let namespace = observed.namespace, isDying(namespace) {
      throw WorkerDeploymentError(
        .notReady,
        "namespace '\(observed.name)' is being deleted; wait until it is gone, or choose another with CLUSTER_NS")
    }
    guard let other = observed.otherClusters.first else { return }
    throw WorkerDeploymentError(
      .occupied,
      "namespace '\(observed.name)' has another cluster of workers, deployment '\(other)' with pods of "
        + "\(WorkerNames.role.key)=\(WorkerNames.role.value); choose another namespace with CLUSTER_NS, or delete that "
        + "deployment", details: ["deployments": observed.otherClusters.joined(separator: ",")])
  }

  static func checkForeign(_ wanted: [WantedObject], _ observed: ObservedCluster) throws(WorkerDeploymentError) {
    let foreign = wanted.filter { object in
      observed.objects[object.title]?.current.map { ObjectOwner($0) == .other && !isDying($0) } ?? false
    }.map(\.title)
    guard !foreign.isEmpty else { return }
    throw WorkerDeploymentError(
      .notMine,
      "in namespace '\(observed.name)', \(foreign.joined(separator: ", ")) was made neither by Muster nor by the original "
        + "scripts; delete it if nobody needs it, or choose another namespace with CLUSTER_NS",
      details: ["objects": foreign.joined(separator: ",")])
  }

  /// Nil: nothing differs.
  static func action(
    for wanted: WantedObject, _ observed: ObservedCluster, keepsReplicas: Bool
  ) throws(WorkerDeploymentError) -> DeploymentAction? {
    let its = observed.objects[wanted.title] ?? ObservedCluster.Object()
    if let refusal = its.refusal, !its.isImmutable { throw WorkerDeploymentError(.unsupported, refusal) }
    guard let current = its.current, !isDying(current) else {
      let why = its.current == nil ? "it is not there" : "it is being deleted, and is made anew when it is gone"
      return DeploymentAction(
        .apply(wanted), subject: wanted.title, why: "\(why): \(wanted.purpose)",
        changes: FieldDiff.changes(kind: wanted.type.kind, from: nil, to: wanted.object))
    }
    if let reason = recreation(wanted, current, its) {
      var anew = wanted
      if keepsReplicas { anew.object = LiveReplicas.carried(LiveReplicas.without(wanted.object), from: current) }
      return DeploymentAction(
        .recreate(anew), subject: wanted.title, why: reason,
        changes: FieldDiff.changes(kind: wanted.type.kind, from: current, toOwn: Redaction.redacted(anew.object)))
    }
    var changes = FieldDiff.changes(kind: wanted.type.kind, from: current, to: its.predicted)
    var applied = wanted
    if keepsReplicas, wanted.type.kind == "Deployment" {
      changes.removeAll { $0.path == ".spec.replicas" }
      applied.object = LiveReplicas.without(wanted.object)
    }
    if changes.isEmpty { return regaining(applied, current) }
    return DeploymentAction(.apply(applied), subject: wanted.title, why: why(current, its, changes), changes: changes)
  }

  /// A Secret that somebody else has written, and that has the wanted value all the same: nobody can tell that from the outside, so
  /// it would count as changed for ever. Applied, it is ours again.
  private static func regaining(_ wanted: WantedObject, _ current: DynamicObject) -> DeploymentAction? {
    guard wanted.type.kind == "Secret", let drifts = DriftFinder.drifts(current, title: wanted.title) else {
      return nil
    }
    let changes = drifts.compactMap { drift in
      drift.field.map { FieldChange($0, from: FieldDiff.redacted, to: FieldDiff.redacted) }
    }
    guard !changes.isEmpty else { return nil }
    return DeploymentAction(
      .apply(wanted), subject: wanted.title,
      why: "somebody else has written it, with the value that is wanted: it is Muster's again",
      changes: changes)
  }

  /// Why it has to go and be made anew; nil: it can be changed in place.
  private static func recreation(
    _ wanted: WantedObject, _ current: DynamicObject, _ its: ObservedCluster.Object
  ) -> String? {
    if wanted.type.kind == "Deployment", wanted.object["spec", "selector"] != current["spec", "selector"] {
      return "what it selects its pods by cannot be changed in place: it goes and is made anew"
    }
    if ClusterObserver.changesFamily(wanted, current) {
      return "it is for the other family of addresses, which cannot be changed in place: it goes and is made anew"
    }
    return its.isImmutable ? "a field that cannot be changed in place is to change: it goes and is made anew" : nil
  }

  private static func why(
    _ current: DynamicObject, _ its: ObservedCluster.Object, _ changes: [FieldChange]
  ) -> String {
    if ObjectOwner(current) == .original { return "the original scripts have made it, and Muster takes it over" }
    let count = changes.count == 1 ? "1 field differs" : "\(changes.count) fields differ"
    let others = managers(its.takeovers)
    return "\(count) from what is wanted" + (others.isEmpty ? "" : ", changed by \(others)")
  }

  /// `'kubectl-edit', 'helm'`; we ourselves are not named.
  static func managers(_ takeovers: [FieldTakeover]) -> String {
    Set(takeovers.map(\.manager)).subtracting([WorkerNames.manager, WorkerNames.adjuster]).sorted().map { "'\($0)'" }
      .joined(separator: ", ")
  }

  static func isDying(_ object: DynamicObject) -> Bool { object["metadata", "deletionTimestamp"] != nil }
}
