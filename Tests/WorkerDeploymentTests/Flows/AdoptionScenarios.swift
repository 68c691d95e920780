import Kubernetes
import Testing

@testable import WorkerDeployment

enum AdoptionScenarios {
  /// What Muster wants of a cluster that the original scripts have made: it keeps selector and container's name.
  private static func wanted(_ flow: Flow) async throws -> WantedFixture {
    let original = OriginalCluster(namespace: flow.namespace)
    return try await flow.wanted {
      $0.replicas = nil
      $0.selector = original.selector
      $0.podLabels = ["app": .string("cli-\(original.stage)")]
      $0.container = OriginalCluster.container
    }
  }

  static let all = [
    Scenario("an original's cluster is taken over, and has what Muster says and nothing else") { flow in
      try await OriginalCluster(namespace: flow.namespace).apply(flow)
      let wanted = try await wanted(flow)
      let plan = try await flow.plan(wanted)
      #expect(plan.remarks.contains { $0.hasPrefix("a cluster of the original scripts is taken over") })
      #expect(plan.restartsWorkers)
      let action = try #require(plan.actions.first { $0.subject == "deployment/prover-cli-t" })
      #expect(action.why == "the original scripts have made it, and Muster takes it over")
      let container = ".spec.template.spec.containers[name=prover]"
      let changes = Dictionary(action.changes.map { ($0.path, $0) }) { a, _ in a }
      #expect(changes["\(container).env[name=CLIENT_CIRCUIT].value"]?.to == nil)
      #expect(changes["\(container).env[name=CLIENT_CONFIG].value"]?.to == "/etc/muster/client")
      #expect(changes["\(container).env[name=CLIENT_CONFIG].valueFrom.configMapKeyRef.key"]?.from == "client")
      #expect(changes["\(container).image"]?.from == "registry.example/w/prover:client-0ld5tag")
      #expect(changes[".spec.replicas"] == nil)
      #expect(changes[".spec.template.spec.imagePullSecrets[name=img-cred].name"]?.from == "img-cred")
      let uid = try await flow.deployment().uid
      try await flow.carrier.carryOut(plan)
      #expect(try await flow.plan(wanted).isEmpty)

      let live = try await flow.deployment()
      #expect(live.uid == uid)
      #expect(live["spec", "replicas"] == 3)
      let containers = live["spec", "template", "spec", "containers"]?.array ?? []
      #expect(containers.count == 1)
      #expect(
        containers.first?["env"]?.array?.compactMap { $0["name"]?.string }.sorted() == [
          "CLIENT_CONFIG", "CLIENT_PROVER_ID", "CLIENT_UPSTREAM", "MUSTER_COORDINATOR",
        ])
      #expect(live["metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"] == nil)
      let configuration = try #require(try await flow.live(WorkerKinds.configMap, "cluster-conf"))
      #expect(configuration["data", "old"] == nil)
      let space = try #require(try await flow.live(WorkerKinds.namespace, flow.namespace))
      #expect(space["metadata", "annotations", "stage"] == "abc1234")
    },
    Scenario("the plan of a take-over is what then happens, field by field") { flow in
      try await OriginalCluster(namespace: flow.namespace).apply(flow)
      let wanted = try await wanted(flow)
      let objects = wanted.objects(try await flow.observer.deployment())
      let observed = try await flow.observer.observe(objects)
      try await flow.carrier.carryOut(try DeploymentPlanner.plan(wanted.values, objects, observed))
      for object in objects {
        let live = try #require(try await flow.live(object.type, object.name))
        guard let predicted = observed.objects[object.title]?.predicted else { continue }
        let changes = FieldDiff.changes(kind: object.type.kind, from: predicted, to: Redaction.redacted(live))
        #expect(changes.isEmpty, "\(object.title): \(changes)")
      }
    },
    Scenario("a taken-over cluster is torn down whole, and what others have stays untouched") { flow in
      try await flow.resources(WorkerKinds.configMap).create(DynamicObject(WorkerKinds.configMap, name: "mine"))
      let before = try await flow.snapshot()
      try await OriginalCluster(namespace: flow.namespace).apply(flow)
      try await flow.deploy(try await wanted(flow))
      try await flow.teardown()
      let isBack = try await flow.eventually { try await flow.snapshot() == before }
      #expect(isBack)
    },
    Scenario("of a cluster that was never taken over, deployment and pull secret go, and no more") { flow in
      try await OriginalCluster(namespace: flow.namespace).apply(flow)
      let before = try await flow.snapshot()
      let plan = try await flow.teardown()
      #expect(plan.actions.map(\.subject) == ["secret/img-cred", "deployment/prover-cli-t"])
      #expect(plan.remarks.contains { $0.contains("never taken over by Muster") })
      let after = try await flow.snapshot()
      let gone = ["secrets/img-cred", "deployments/prover-cli-t"]
      #expect(
        after.filter { !$0.key.hasPrefix("endpointslices") }
          == before.filter { !gone.contains($0.key) && !$0.key.hasPrefix("endpointslices") })
      let again = DeploymentPlanner.teardown(try await flow.observer.observeForTeardown())
      #expect(again.isEmpty)
    },
    Scenario("an original's cluster can be scaled and pointed elsewhere without being taken over whole") { flow in
      try await OriginalCluster(namespace: flow.namespace).apply(flow)
      let scale = try DeploymentPlanner.scale(to: 5, try await flow.observer.observeWorkers())
      try await flow.carrier.carryOut(scale)
      #expect(try await flow.deployment()["spec", "replicas"] == 5)
      let wanted = try await flow.wanted {
        $0.endpoint = "10.1.2.3"
        $0.upstream = "cluster-coordinator"
        $0.container = OriginalCluster.container
      }
      let objects = wanted.objects()
      let observed = try await flow.observer.observe(DeploymentPlanner.endpointObjects(objects), leftovers: false)
      var values = wanted
      values.upstream = "cluster-coordinator"
      let plan = try DeploymentPlanner.endpoint(values.values, objects, observed)
      #expect(plan.actions.first?.subject == "endpoints/cluster-coordinator")
      try await flow.carrier.carryOut(plan)
      let endpoints = try #require(try await flow.live(WorkerKinds.endpoints, "cluster-coordinator"))
      #expect(endpoints["subsets", 0, "addresses", 0, "ip"] == "10.1.2.3")
    },
    Scenario("a take-over that was cut at any point goes on from there") { flow in
      try await FailureScenarios.cutAnywhere(
        flow.server,
        before: { space in
          try await OriginalCluster(namespace: space.namespace).apply(space)
        }
      ) { space in try await wanted(space) }
    },
  ]
}
