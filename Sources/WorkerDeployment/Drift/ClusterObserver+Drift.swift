import Kubernetes

extension ClusterObserver {
  /// What has changed since the workers were deployed: one read of each object that was deployed.
  ///
  /// It needs nothing of what was said to the deployment. What may not be read is named, and so is what has no record.
  ///
  /// - Throws: ``KubernetesError``, but for rights that are missing.
  public func drift(_ abilities: ClusterAbilities) async throws -> DriftReport {
    var report = DriftReport()
    guard let deployment = try await get(WorkerKinds.deployment, WorkerNames.deployment) else {
      let configuration = try? await get(WorkerKinds.configMap, WorkerNames.configuration)
      // The configuration without the workers: somebody took these away.
      if let configuration, ObjectOwner(configuration) == .muster, !DeploymentPlanner.isDying(configuration),
        AppliedRecord.read(configuration) != nil
      {
        report.drifts.append(Self.missing("deployment/\(WorkerNames.deployment)"))
      }
      return report
    }
    // One that goes takes the others with it; one that Muster has not made says nothing about Muster.
    guard !DeploymentPlanner.isDying(deployment), ManagedEntry.all(of: deployment).contains(where: \.isOurs) else {
      return report
    }
    guard let list = deployment["metadata", "annotations"]?[.name(WorkerNames.objects)]?.string else {
      report.unknown.append(
        "whether something has changed since it was deployed is not known, for there is no record of what was deployed; "
          + "the next 'muster workers deploy' keeps one")
      return report
    }
    let known = WorkerKinds.all(abilities)
    var forbidden: [String] = []
    for title in list.split(separator: ",").prefix(known.count * 2).map(String.init) {
      guard let (type, name) = known.first(where: { Self.title($0.type, $0.name) == title }) else { continue }
      do {
        let object = type.kind == "Deployment" ? deployment : try await get(type, name)
        compare(object, title, &report)
      } catch let error as KubernetesError where error.status?.code == 403 {
        forbidden.append(title)
      }
    }
    if !forbidden.isEmpty {
      report.unknown.append(
        "whether \(Wording.list(forbidden, limit: 10)) changed since the deployment is not known: the right to get "
          + "\(forbidden.count == 1 ? "it" : "them") is missing")
    }
    try await compareStage(deployment, &report)
    return report
  }

  private static func title(_ type: ResourceType, _ name: String) -> String { "\(type.kind.lowercased())/\(name)" }

  private static func missing(_ title: String) -> Drift {
    Drift(object: title, what: "was deployed and is not there any more", cure: "'muster workers deploy' makes it again")
  }

  private func compare(_ object: DynamicObject?, _ title: String, _ report: inout DriftReport) {
    guard let object else {
      report.drifts.append(Self.missing(title))
      return
    }
    if let drifts = DriftFinder.drifts(object, title: title) {
      report.drifts += drifts
      return
    }
    switch ObjectOwner(object) {
    case .muster:
      report.unknown.append("whether \(title) has changed since it was deployed is not known: it has no record")
    case .original:
      report.drifts.append(
        Drift(
          object: title, what: "was replaced by one that Muster has not made",
          cure: "'muster workers deploy' takes it over"))
    case .other:
      report.drifts.append(
        Drift(
          object: title, what: "was replaced by one that Muster has not made",
          cure: "delete it if nobody needs it, then 'muster workers deploy' makes it again"))
    }
  }

  /// The namespace's annotation; not every account may read it, and not every deployment may write it.
  private func compareStage(_ deployment: DynamicObject, _ report: inout DriftReport) async throws {
    guard let stage = deployment["metadata", "labels"]?[.name(WorkerNames.stage)]?.string else { return }
    let space: DynamicObject?
    do {
      space = try await get(WorkerKinds.namespace, namespace)
    } catch let error as KubernetesError where error.status?.code == 403 {
      return
    }
    guard let found = space?["metadata", "annotations"]?[.name(WorkerNames.stage)], found.string != stage else {
      return
    }
    let entries = space.map { ManagedEntry.all(of: $0) } ?? []
    let who = entries.first { $0.fields["f:metadata"]?["f:annotations"]?["f:\(WorkerNames.stage)"] != nil }
    // What Muster itself has written before a deployment that was cut is not somebody else's.
    if who?.isOfMuster == true { return }
    report.drifts.append(
      Drift(
        object: "namespace/\(namespace)", field: ".metadata.annotations.\(WorkerNames.stage)",
        deployed: .string(stage), found: found, manager: who.map { Wording.cleaned($0.manager, limit: 128) },
        time: who?.time, what: "was deployed as \(Drift.text(.string(stage))) and is \(Drift.text(found))",
        cure: Drift.redeploy))
  }
}
