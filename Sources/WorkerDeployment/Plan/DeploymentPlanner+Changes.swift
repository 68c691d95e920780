import Kubernetes
import MusterCore

/// Changes of a cluster that is there, each with nothing else in it.
extension DeploymentPlanner {
  /// - Parameter replicas: 0…100,000.
  /// - Throws: `badValue`, `notThere`, `notMine`.
  public static func scale(
    to replicas: Int, _ observed: ObservedCluster
  ) throws(WorkerDeploymentError) -> DeploymentPlan {
    guard (0...100_000).contains(replicas) else {
      throw WorkerDeploymentError(.badValue, "\(replicas) is no number of workers; give one from 0 to 100000")
    }
    let deployment = try deployment(of: observed)
    let live = deployment["spec", "replicas"]?.integer ?? 1
    guard live != Int64(replicas) else { return DeploymentPlan() }
    return DeploymentPlan(actions: [
      DeploymentAction(
        .scale(replicas), subject: "deployment/\(WorkerNames.deployment)", why: "so many workers are wanted",
        changes: [FieldChange(".spec.replicas", from: .integer(live), to: .integer(Int64(replicas)))])
    ])
  }

  /// All workers are made anew, one after the other.
  ///
  /// - Parameter time: stands on the pods from then on; the same time again changes nothing.
  /// - Throws: `notThere`, `notMine`.
  public static func restart(
    at time: Timestamp, _ observed: ObservedCluster
  ) throws(WorkerDeploymentError) -> DeploymentPlan {
    let deployment = try deployment(of: observed)
    let stamp = JSONValue.string(Time(time).description)
    let annotations = deployment["spec", "template", "metadata", "annotations"]
    let before = annotations?[.name(WorkerNames.restartedAt)]
    guard before != stamp else { return DeploymentPlan() }
    var change = DynamicObject(WorkerKinds.deployment, name: WorkerNames.deployment)
    change["spec", "template", "metadata", "annotations"] = .object([WorkerNames.restartedAt: stamp])
    let wanted = WantedObject(WorkerKinds.deployment, change, purpose: "workers that are made anew")
    let path = ".spec.template.metadata.annotations['\(WorkerNames.restartedAt)']"
    return DeploymentPlan(actions: [
      DeploymentAction(
        .adjust(wanted), subject: wanted.title, why: "a restart was asked for",
        changes: [FieldChange(path, from: before, to: stamp)])
    ])
  }

  /// The objects that say where the coordinator is: those to observe for ``endpoint(_:_:_:)``.
  public static func endpointObjects(_ wanted: [WantedObject]) -> [WantedObject] {
    wanted.filter { ["Endpoints", "EndpointSlice", "Service", "ConfigMap"].contains($0.type.kind) }
  }

  /// Points the cluster at another coordinator. As long as it is an address, only Endpoints change (and the service is made anew
  /// for an address of the other family), and the workers run on; when it becomes or was a name, the name is part of the workers' environment, and they restart.
  ///
  /// What else differs from what is wanted is left as it is: that is for a deployment to mend.
  ///
  /// - Parameters:
  ///   - wanted: all objects, for the new endpoint.
  ///   - observed: at least ``endpointObjects(_:)`` of them.
  /// - Throws: `notThere`, `notMine`, `unsupported`.
  public static func endpoint(
    _ values: WorkerValues, _ wanted: [WantedObject], _ observed: ObservedCluster
  ) throws(WorkerDeploymentError) -> DeploymentPlan {
    let deployment = try deployment(of: observed)
    let objects = endpointObjects(wanted)
    try checkForeign(objects, observed)
    let upstream = upstreamChange(wanted, deployment)
    var plan = DeploymentPlan()
    for object in objects {
      let isThere = observed.objects[object.title]?.current.map { !isDying($0) } ?? false
      switch object.type.kind {
      // It leads wherever Endpoints say, unless that is of another family.
      case "Service" where isThere && !ClusterObserver.changesFamily(object, observed.objects[object.title]?.current):
        continue
      case "ConfigMap" where upstream == nil: continue
      default: break
      }
      if let action = try action(for: object, observed, keepsReplicas: true) { plan.actions.append(action) }
    }
    restoreEndpoints(wanted, &plan)
    if let upstream {
      plan.actions.append(upstream)
      plan.remarks.append(
        "the workers restart one after the other: the name of the coordinator is part of their environment")
    }
    return plan
  }

  /// The deployment's new upstream, if it is another.
  private static func upstreamChange(_ wanted: [WantedObject], _ deployment: DynamicObject) -> DeploymentAction? {
    guard let target = wanted.first(where: { $0.type.kind == "Deployment" })?.object,
      let container = containers(of: target).first(where: { $0["name"]?.string == WorkerNames.container })
        ?? containers(of: target).first,
      let live = containers(of: deployment).first(where: { $0["name"] == container["name"] })
    else { return nil }
    let before = environment(of: live)
    let after = environment(of: container)
    let names = ["MUSTER_COORDINATOR", "CLIENT_UPSTREAM"].filter { name in
      // What the workers do not have, they do not go by: those of the original know only theirs.
      before[name] != nil && after[name] != nil && after[name] != before[name]
    }
    guard !names.isEmpty else { return nil }
    let name = container["name"] ?? .null
    var change = DynamicObject(WorkerKinds.deployment, name: WorkerNames.deployment)
    change["spec", "template", "spec", "containers"] = .array([
      .object([
        "name": name, "env": .array(names.map { .object(["name": .string($0), "value": after[$0] ?? .null]) }),
      ])
    ])
    let place = ".spec.template.spec.containers[name=\(name.string ?? "")].env"
    var changes = names.map { FieldChange("\(place)[name=\($0)].value", from: before[$0], to: after[$0]) }
    let key = WorkerNames.configurationHash
    if let hash = target["spec", "template", "metadata", "annotations"]?[.name(key)] {
      change["spec", "template", "metadata", "annotations"] = .object([key: hash])
      let old = deployment["spec", "template", "metadata", "annotations"]?[.name(key)]
      if old != hash {
        changes.append(FieldChange(".spec.template.metadata.annotations['\(key)']", from: old, to: hash))
      }
    }
    if let titles = titles(wanted, deployment) {
      change["metadata", "annotations"] = .object([WorkerNames.objects: .string(titles)])
    }
    let adjusted = WantedObject(WorkerKinds.deployment, change, purpose: "workers that know the new coordinator")
    return DeploymentAction(
      .adjust(adjusted), subject: adjusted.title, why: "the coordinator is reached by another name", changes: changes)
  }

  /// The list of what is deployed, with the service that is new or without the one that is needed no longer. Of all others, the
  /// Secrets above all, nothing is known here.
  private static func titles(_ wanted: [WantedObject], _ deployment: DynamicObject) -> String? {
    let kinds = ["service/", "endpoints/", "endpointslice/"]
    func isWay(_ title: String) -> Bool { kinds.contains { title.hasPrefix($0) } }
    let live = deployment["metadata", "annotations"]?[.name(WorkerNames.objects)]?.string
    guard let live = live?.split(separator: ",").map(String.init) else { return nil }
    return (live.filter { !isWay($0) } + wanted.map(\.title).filter(isWay)).sorted().joined(separator: ",")
  }

  private static func containers(of deployment: DynamicObject) -> [JSONValue] {
    deployment["spec", "template", "spec", "containers"]?.array ?? []
  }

  private static func environment(of container: JSONValue) -> [String: JSONValue] {
    var values: [String: JSONValue] = [:]
    for variable in container["env"]?.array ?? [] {
      if let name = variable["name"]?.string { values[name] = variable["value"] ?? .string("") }
    }
    return values
  }

  private static func deployment(of observed: ObservedCluster) throws(WorkerDeploymentError) -> DynamicObject {
    guard let deployment = observed.deployment, !isDying(deployment) else {
      throw WorkerDeploymentError(
        .notThere,
        "there are no workers in namespace '\(observed.name)': it has no deployment '\(WorkerNames.deployment)'; name the "
          + "namespace with CLUSTER_NS, or deploy first")
    }
    guard ObjectOwner(deployment) != .other else {
      throw WorkerDeploymentError(
        .notMine,
        "deployment '\(WorkerNames.deployment)' in namespace '\(observed.name)' was made neither by Muster nor by the "
          + "original scripts, and is left alone; name another namespace with CLUSTER_NS")
    }
    return deployment
  }
}
