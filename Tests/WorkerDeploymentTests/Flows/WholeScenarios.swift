import Kubernetes
import MusterCore
import Testing

@testable import WorkerDeployment

/// With all objects of a worker cluster as users get them.
enum WholeScenarios {
  static func values(_ flow: Flow) throws -> WorkerValues {
    var values = try TestValues.most()
    values.namespace = flow.namespace
    // Of these, the server would want to know more.
    values.priorityClass = nil
    values.runtimeClass = nil
    // It would name another circuit to the workers than is configured.
    values.environment["CLIENT_CIRCUIT"] = nil
    return values
  }

  static func plan(_ values: WorkerValues, _ flow: Flow) async throws -> DeploymentPlan {
    let abilities = try await flow.observer.abilities()
    let objects = try WorkerObjects(values, abilities, adopted: try await flow.observer.deployment()).all()
    return try DeploymentPlanner.plan(values, objects, try await flow.observer.observe(objects))
  }

  private static func deploy(_ values: WorkerValues, _ flow: Flow) async throws -> DeploymentPlan {
    let plan = try await plan(values, flow)
    try await flow.carrier.carryOut(plan)
    let rest = try await self.plan(values, flow)
    #expect(rest.isEmpty, "\(rest.actions.map { ($0.subject, $0.changes) })")
    return plan
  }

  static let all = [
    Scenario("all that can be said is deployed, changed and torn down, and each second plan is empty") { flow in
      let before = try await flow.snapshot()
      var values = try values(flow)
      _ = try await deploy(values, flow)
      values.affinity = .preferred
      values.placement = .spread
      values.grace = .seconds(7)
      values.requests = try TestValues.quantities(["cpu": "0.5", "memory": "2048Mi"])
      values.limits = [:]
      values.scratch = nil
      values.joinToken = nil
      values.digest = "sha256:" + String(repeating: "cd", count: 32)
      let changed = try await deploy(values, flow)
      #expect(changed.actions.map(\.subject) == ["deployment/prover-cli-t", "secret/cluster-join"])
      values.wire = .original
      values.placement = .onePerNode
      _ = try await deploy(values, flow)
      // Its probes go, of which a server of 1.20 leaves something behind.
      values.image.isOwn = true
      _ = try await deploy(values, flow)
      values.image.isOwn = false
      values.wire = .muster
      values.stage = "4444444"
      let restaged = try await deploy(values, flow)
      #expect(restaged.actions.last?.deed == .annotateStage("4444444"))
      try await flow.teardown()
      let isBack = try await flow.eventually { try await flow.snapshot() == before }
      #expect(isBack)
    },
    Scenario("a name instead of an address, and back") { flow in
      var values = try values(flow)
      _ = try await deploy(values, flow)
      values.endpoint = CoordinatorEndpoint(host: .name("coordinator.example"))
      let named = try await deploy(values, flow)
      // Nothing of ours is left behind that nobody wants.
      #expect(named.actions.map(\.subject).contains("service/cluster-coordinator"))
      #expect(try await flow.live(WorkerKinds.service, "cluster-coordinator") == nil)
      values.endpoint = CoordinatorEndpoint(host: .address("10.0.0.9"))
      _ = try await deploy(values, flow)
      #expect(
        try await flow.live(WorkerKinds.endpoints, "cluster-coordinator")?["subsets", 0, "addresses", 0, "ip"]
          == "10.0.0.9")
    },
    Scenario("an original's cluster is taken over by what users get") { flow in
      let before = try await flow.snapshot()
      try await OriginalCluster(namespace: flow.namespace).apply(flow)
      let uid = try await flow.deployment().uid
      var values = try values(flow)
      values.replicas = nil
      _ = try await deploy(values, flow)
      let live = try await flow.deployment()
      #expect(live.uid == uid)
      #expect(live["spec", "replicas"] == 3)
      #expect(live["spec", "selector"] == OriginalCluster(namespace: flow.namespace).selector)
      #expect(live["spec", "template", "spec", "containers"]?.array?.count == 1)
      try await flow.teardown()
      // The annotation was there before Muster; who takes a cluster over takes that over too.
      let isBack = try await flow.eventually { try await flow.snapshot() == before }
      #expect(isBack)
    },
    Scenario("who knows nothing but the new address changes the address and nothing else") { flow in
      _ = try await deploy(try values(flow), flow)
      let deployment = try await flow.deployment()
      var values = WorkerValues.live(
        deployment, configuration: try await flow.live(WorkerKinds.configMap, "cluster-conf"), in: flow.namespace)
      values.endpoint = CoordinatorEndpoint(host: .address("10.0.0.9"))
      let objects = try WorkerObjects(values, try await flow.observer.abilities(), adopted: deployment).all()
      let observed = try await flow.observer.observe(DeploymentPlanner.endpointObjects(objects), leftovers: false)
      let plan = try DeploymentPlanner.endpoint(values, objects, observed)
      #expect(
        plan.actions.flatMap(\.changes)
          == [FieldChange(".subsets[0].addresses[0].ip", from: "10.0.0.7", to: "10.0.0.9")])
      try await flow.carrier.carryOut(plan)
      #expect(try await flow.deployment()["metadata", "generation"] == deployment["metadata", "generation"])
    },
  ]
}
