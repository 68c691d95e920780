import Kubernetes
import MusterCore
import Testing

@testable import WorkerDeployment

enum ChangeScenarios {
  private static func endpointPlan(_ flow: Flow, _ wanted: WantedFixture) async throws -> DeploymentPlan {
    let objects = wanted.objects(try await flow.observer.deployment())
    let observed = try await flow.observer.observe(DeploymentPlanner.endpointObjects(objects), leftovers: false)
    return try DeploymentPlanner.endpoint(wanted.values, objects, observed)
  }

  static let all = [
    Scenario("scaling changes the number and nothing else") { flow in
      let wanted = try await flow.wanted { $0.replicas = nil }
      try await flow.deploy(wanted)
      let plan = try DeploymentPlanner.scale(to: 5, try await flow.observer.observeWorkers())
      #expect(plan.actions.map(\.deed) == [.scale(5)])
      #expect(plan.actions.first?.changes == [FieldChange(".spec.replicas", from: 2, to: 5)])
      try await flow.carrier.carryOut(plan)
      try await flow.carrier.carryOut(plan)
      #expect(try await flow.deployment()["spec", "replicas"] == 5)
      #expect(try DeploymentPlanner.scale(to: 5, try await flow.observer.observeWorkers()).isEmpty)
      #expect(try await flow.plan(wanted).isEmpty)
      try await flow.carrier.carryOut(try DeploymentPlanner.scale(to: 0, try await flow.observer.observeWorkers()))
      #expect(try await flow.deployment()["spec", "replicas"] == 0)
      #expect(try await flow.plan(wanted).isEmpty)
    },
    Scenario("a restart makes new pods once, and is no drift") { flow in
      let wanted = try await flow.wanted()
      try await flow.deploy(wanted)
      let time = Timestamp(milliseconds: 1_700_000_000_000)
      let plan = try DeploymentPlanner.restart(at: time, try await flow.observer.observeWorkers())
      #expect(plan.restartsWorkers)
      try await flow.carrier.carryOut(plan)
      let generation = try await flow.deployment()["metadata", "generation"]
      try await flow.carrier.carryOut(plan)
      #expect(try await flow.deployment()["metadata", "generation"] == generation)
      #expect(try DeploymentPlanner.restart(at: time, try await flow.observer.observeWorkers()).isEmpty)
      #expect(try await flow.plan(wanted).isEmpty)
      // Nor does the next deployment undo it, which would restart all once more.
      try await flow.deploy(try await flow.wanted { $0.replicas = 3 })
      let template = try await flow.deployment()["spec", "template", "metadata", "annotations"]
      #expect(template?[.name(WorkerNames.restartedAt)] != nil)
    },
    Scenario("another address changes Endpoints and restarts nothing") { flow in
      try await flow.deploy(try await flow.wanted())
      let template = try await flow.deployment()["spec", "template"]
      // Other wishes that are not deployed yet stay undeployed.
      let wanted = try await flow.wanted {
        $0.endpoint = "10.0.0.8"
        $0.image = "registry.example/w/prover:client-2"
      }
      let plan = try await endpointPlan(flow, wanted)
      #expect(plan.actions.map(\.subject) == ["endpoints/cluster-coordinator"])
      #expect(
        plan.actions.first?.changes == [FieldChange(".subsets[0].addresses[0].ip", from: "10.0.0.7", to: "10.0.0.8")])
      #expect(!plan.restartsWorkers)
      try await flow.carrier.carryOut(plan)
      #expect(try await flow.deployment()["spec", "template"] == template)
      #expect(try await endpointPlan(flow, wanted).isEmpty)
    },
    Scenario("a coordinator that is left stays noted until it was asked, is no drift, and is not lost by a deployment")
    { flow in
      let left = LeftCoordinators(client: flow.client, namespace: flow.namespace)
      func noted() async throws -> [String] {
        LeftCoordinators.noted(on: try await flow.live(WorkerKinds.endpoints, "cluster-coordinator"))
      }
      try await left.note("10.0.0.6:50055")
      #expect(try await noted() == [])
      let wanted = try await flow.wanted()
      try await flow.deploy(wanted)
      try await left.note("10.0.0.6:50055")
      try await left.note("10.0.0.7:50055")
      try await left.note("10.0.0.6:50055")
      #expect(try await noted() == ["10.0.0.7:50055", "10.0.0.6:50055"])
      #expect(try await flow.plan(wanted).isEmpty)
      try await flow.deploy(try await flow.wanted { $0.endpoint = "10.0.0.8" })
      #expect(try await noted() == ["10.0.0.7:50055", "10.0.0.6:50055"])
      try await left.forget("10.0.0.7:50055")
      try await left.forget("10.0.0.9:50055")
      #expect(try await noted() == ["10.0.0.6:50055"])
      try await left.forget("10.0.0.6:50055")
      let endpoints = try await flow.live(WorkerKinds.endpoints, "cluster-coordinator")
      #expect(endpoints?["metadata", "annotations"]?[.name(WorkerNames.leftCoordinators)] == nil)
      for number in 1...20 { try await left.note("10.0.1.\(number):50055") }
      #expect(try await noted().count == 8)
    },
    Scenario("a name goes into the workers' environment, and restarts them") { flow in
      try await flow.deploy(try await flow.wanted { $0.replicas = nil })
      let wanted = try await flow.wanted {
        $0.replicas = nil
        $0.upstream = "coordinator.example:50055"
        $0.image = "registry.example/w/prover:client-2"
      }
      let plan = try await endpointPlan(flow, wanted)
      #expect(plan.actions.map(\.subject) == ["configmap/cluster-conf", "deployment/prover-cli-t"])
      #expect(plan.restartsWorkers)
      #expect(plan.remarks.count == 1)
      try await flow.carrier.carryOut(plan)
      #expect(try await endpointPlan(flow, wanted).isEmpty)
      let container = try await flow.deployment()["spec", "template", "spec", "containers", 0]
      #expect(container?["image"] == "registry.example/w/prover:client-abc1234")
      #expect(container?["env"]?.array?.contains { $0["value"] == "coordinator.example:50055" } == true)
      // What is left is the image.
      let rest = try await flow.deploy(wanted)
      #expect(
        rest.actions.flatMap(\.changes).map(\.path) == [".spec.template.spec.containers[name=client].image"])
      #expect(try await flow.plan(wanted).isEmpty)
    },
    Scenario("what is not there can be neither scaled, restarted nor pointed elsewhere") { flow in
      let observed = try await flow.observer.observeWorkers()
      let wanted = try await flow.wanted()
      func code(_ plan: () throws -> DeploymentPlan) -> WorkerDeploymentError.Code? {
        #expect(throws: WorkerDeploymentError.self) { _ = try plan() }?.code
      }
      #expect(code { try DeploymentPlanner.scale(to: 1, observed) } == .notThere)
      #expect(code { try DeploymentPlanner.restart(at: Timestamp(milliseconds: 0), observed) } == .notThere)
      #expect(
        code { try DeploymentPlanner.endpoint(wanted.values, wanted.objects(), observed) } == .notThere)
    },
  ]
}
