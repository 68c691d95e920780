import Kubernetes
import MusterCore

@testable import WorkerDeployment

extension RightsCase {
  static let scaling = RightsCase("scaling", prepare: deployed) { flow, _ in
    try await flow.carrier.carryOut(try DeploymentPlanner.scale(to: 3, try await flow.observer.observeWorkers()))
  }

  static let restart = RightsCase("restarting", prepare: deployed) { flow, _ in
    let observed = try await flow.observer.observeWorkers()
    try await flow.carrier.carryOut(try DeploymentPlanner.restart(at: Timestamp(milliseconds: 1), observed))
  }

  /// Nothing is there that points to a coordinator, as after one that was known by a name.
  static let address = RightsCase("pointing to an address") { flow in
    try await deployed(flow)
    for type in [WorkerKinds.service, WorkerKinds.endpoints] {
      do {
        try await flow.resources(type).delete(WorkerNames.service)
      } catch let error as KubernetesError where error.isNotFound {}
    }
  } needs: { right in
    (["services", "endpoints"].contains(right.type.plural) && right.verb != "delete")
      || (right.type.plural == "deployments" && right.verb == "get")
  } act: { flow, _ in
    try await flow.carrier.carryOut(try await pointing(flow, to: .address("10.0.0.8")))
  }

  static let name = RightsCase("pointing to a name") { flow in
    try await deployed(flow)
    do {
      try await flow.resources(WorkerKinds.configMap).delete(WorkerNames.configuration)
    } catch let error as KubernetesError where error.isNotFound {}
  } needs: { right in
    right.type.plural == "configmaps" || (right.type.plural == "deployments" && right.verb == "patch")
  } act: { flow, _ in
    try await flow.carrier.carryOut(try await pointing(flow, to: .name("coordinator.example")))
  }

  /// As planned where addresses are of the other family from now on; the servers of tests have one family.
  static let family = RightsCase("making the service anew", prepare: deployed) { right in
    right.type.plural == "services" && right.verb == "delete"
  } act: { flow, _ in
    let objects = try WorkerObjects(try WholeScenarios.values(flow), try await flow.observer.abilities()).all()
    var plan = DeploymentPlan()
    plan.actions = objects.filter { $0.type.kind == "Service" }.map { service in
      DeploymentAction(.recreate(service), subject: service.title, why: "for the other family", changes: [])
    }
    try await flow.carrier.carryOut(plan)
  }

  /// Which of the workers at the old coordinator are those of this namespace: what `muster` asks for when it has pointed them
  /// elsewhere, and for which it needs the right before.
  static let lettingGo = RightsCase("letting workers go", prepare: deployed) {
    $0.type.kind == "Pod"
  } act: { flow, _ in
    let values = try WholeScenarios.values(flow)
    let objects = try WorkerObjects(values, try await flow.observer.abilities()).all()
    _ = try await flow.observer.observe(DeploymentPlanner.endpointObjects(objects), leftovers: false)
    let role = ListOptions(labelSelector: "\(WorkerNames.role.key)=\(WorkerNames.role.value)")
    _ = try await flow.client.resources(PartialObject.self, of: Pod.resource, in: flow.namespace).listAll(role)
  }

  /// As `muster workers endpoint` plans it.
  static func pointing(_ flow: Flow, to host: CoordinatorEndpoint.Host) async throws -> DeploymentPlan {
    let deployment = try await flow.deployment()
    let configuration = try await flow.live(WorkerKinds.configMap, WorkerNames.configuration)
    var values = WorkerValues.live(deployment, configuration: configuration, in: flow.namespace)
    values.endpoint = CoordinatorEndpoint(host: host)
    let objects = try WorkerObjects(values, try await flow.observer.abilities(), adopted: deployment).all()
    let observed = try await flow.observer.observe(DeploymentPlanner.endpointObjects(objects), leftovers: false)
    return try DeploymentPlanner.endpoint(values, objects, observed)
  }
}
