import Kubernetes

@testable import WorkerDeployment

extension RightsCase {
  /// All that can be made is not there.
  static let deployment = RightsCase(
    "deploying into an empty namespace",
    needs: { right in
      !isOptional(right) && right.verb != "delete" && right.type.kind != "Pod"
        && (right.type.kind != "EndpointSlice" || right.verb == "list")
    }
  ) { flow, _ in
    try await deployed(flow)
  }

  /// An object after the other is no longer wanted.
  static let removal = RightsCase("removing what is no longer wanted", prepare: deployed) { right in
    right.verb == "delete" && right.type.kind != "EndpointSlice"
  } act: { flow, missing in
    let values = try WholeScenarios.values(flow)
    let abilities = try await flow.observer.abilities()
    let all = try WorkerObjects(values, abilities, adopted: try await flow.observer.deployment()).all()
    let objects = all.filter { $0.type.plural != missing?.type.plural || $0.name != missing?.name }
    let plan = try DeploymentPlanner.plan(values, objects, try await flow.observer.observe(objects))
    try await flow.carrier.carryOut(plan)
  }

  /// What is found is taken away: by a teardown all of it, by a deployment the slice of an older server.
  static func cleaning(_ command: WorkersCommand) -> RightsCase {
    RightsCase("taking away what is there", prepare: deployedWithSlice) { right in
      !isOptional(right) && (command == .teardown || right.type.kind == "EndpointSlice")
    } act: { flow, _ in
      if command == .teardown { return _ = try await flow.teardown() }
      let values = try WholeScenarios.values(flow)
      try await flow.carrier.carryOut(try await WholeScenarios.plan(values, flow))
    }
  }

  @Sendable static func deployed(_ flow: Flow) async throws {
    let values = try WholeScenarios.values(flow)
    try await flow.carrier.carryOut(try await WholeScenarios.plan(values, flow))
  }

  @Sendable private static func deployedWithSlice(_ flow: Flow) async throws {
    try await deployed(flow)
    var abilities = try await flow.observer.abilities()
    abilities.mirrorsEndpoints = false
    let objects = try WorkerObjects(try WholeScenarios.values(flow), abilities).all()
    for slice in objects where slice.type.kind == "EndpointSlice" {
      try await flow.resources(slice.type).apply(slice.object, manager: WorkerNames.manager, force: true)
    }
  }
}
