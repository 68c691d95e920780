import Kubernetes

extension DeploymentPlanner {
  /// What removes everything that Muster has made or taken over, and nothing else; also after a deployment or a teardown that
  /// was cut short.
  ///
  /// Of a cluster of the original scripts that was never taken over, what their own `tear_down` removes: the deployment and the
  /// pull secret. The image that was delivered goes if the registry was asked, and it may go. The namespace goes only if Muster has made it and nothing of others is in it.
  public static func teardown(_ observed: ObservedCluster) -> DeploymentPlan {
    var plan = DeploymentPlan()
    guard observed.isNamespaceThere else { return plan }
    let isNamespaceOurs = observed.namespace.map { ObjectOwner($0) == .muster && !isDying($0) } ?? false
    let removesNamespace = isNamespaceOurs && observed.guests?.isEmpty == true
    let ours = observed.leftovers.filter { !isDying($0.object) }
    if !removesNamespace, isStageOurs(observed) {
      // First: afterwards, nothing may be left that tells that the annotation was ours.
      plan.actions.append(annotation(nil, observed, why: "no stage is installed any more"))
    }
    if let deployment = observed.deployment, !isDying(deployment) {
      switch ObjectOwner(deployment) {
      case .muster: break
      case .original: original(deployment, observed, &plan)
      case .other:
        plan.remarks.append(
          "deployment/\(WorkerNames.deployment) was made neither by Muster nor by the original scripts, and stays")
      }
    }
    for object in ours {
      // What says which image it was goes after the image: a teardown that was cut still knows it.
      if object.type.kind == "ConfigMap", object.name == WorkerNames.configuration { removeImage(observed, &plan) }
      plan.actions.append(DeploymentAction(.delete(object), subject: object.title, why: object.purpose))
    }
    guard isNamespaceOurs else { return plan }
    if removesNamespace {
      plan.actions.append(
        DeploymentAction(
          .deleteNamespace, subject: "namespace/\(observed.name)", why: "made by Muster, and nothing else is in it"))
    } else if let guests = observed.guests {
      plan.remarks.append(
        "namespace '\(observed.name)', which Muster has made, stays: \(Wording.list(guests, "is", "are")) in it")
    } else {
      plan.remarks.append(
        "namespace '\(observed.name)', which Muster has made, stays: not everything in it may be seen; delete it when "
          + "nothing in it is needed")
    }
    return plan
  }

  private static func removeImage(_ observed: ObservedCluster, _ plan: inout DeploymentPlan) {
    guard let image = observed.delivered, let verdict = observed.imageVerdict else { return }
    switch verdict {
    case .gone: break
    case .stays(let why): plan.remarks.append(ImageRemoval.sentence(image, why))
    case .remove:
      if let users = observed.imageUsers, !users.isEmpty {
        plan.remarks.append(ImageRemoval.sentence(image, "\(Wording.list(users, "runs", "run")) from it"))
        return
      }
      if observed.imageUsers == nil {
        plan.remarks.append(
          "whether other namespaces run from the image \(image.name) may not be seen; keep it with --keep-image if one does"
        )
      }
      plan.actions.append(
        DeploymentAction(
          .deleteImage(image), subject: "image/\(image.name)", why: "Muster has delivered it for these workers"))
    }
  }

  /// The secret goes first: what is left after a cut can still be recognised by the deployment.
  private static func original(
    _ deployment: DynamicObject, _ observed: ObservedCluster, _ plan: inout DeploymentPlan
  ) {
    let why = "made by the original scripts, whose tear_down removes it"
    if let secret = observed.originalSecret, !isDying(secret) {
      let wanted = WantedObject(WorkerKinds.secret, secret, purpose: why)
      plan.actions.append(DeploymentAction(.delete(wanted), subject: wanted.title, why: why))
    }
    let wanted = WantedObject(
      WorkerKinds.deployment, DynamicObject(WorkerKinds.deployment, name: WorkerNames.deployment), purpose: why)
    plan.actions.append(DeploymentAction(.delete(wanted), subject: wanted.title, why: why))
    plan.remarks.append(
      "the workers were deployed by the original scripts and never taken over by Muster: as with their tear_down, the "
        + "deployment and the pull secret go, and configuration, service, endpoints and the namespace's annotation stay"
    )
  }

  private static func isStageOurs(_ observed: ObservedCluster) -> Bool {
    guard let namespace = observed.namespace, stage(of: observed) != nil, observed.mayAnnotate else { return false }
    if !observed.leftovers.isEmpty { return true }
    return ManagedEntry.all(of: namespace).contains { entry in
      entry.manager == WorkerNames.manager
        && entry.fields["f:metadata"]?["f:annotations"]?["f:\(WorkerNames.stage)"] != nil
    }
  }
}
