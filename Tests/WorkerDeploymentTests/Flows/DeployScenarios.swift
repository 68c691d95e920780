import Kubernetes
import Testing

@testable import WorkerDeployment

enum DeployScenarios {
  static let all = [
    Scenario("from nothing: all is made, and a second deployment plans nothing", isThere: false) { flow in
      let wanted = try await flow.wanted()
      let first = try await flow.deploy(wanted)
      #expect(first.actions.first?.deed == .createNamespace)
      #expect(first.actions.last?.deed == .annotateStage("abc1234"))
      #expect(first.actions.map(\.subject).contains("deployment/prover-cli-t"))
      #expect(first.actions.allSatisfy { $0.changes.allSatisfy { $0.from == nil } })
      #expect(!first.restartsWorkers)
      #expect(try await flow.plan(wanted) == DeploymentPlan())
      let space = try #require(try await flow.live(WorkerKinds.namespace, flow.namespace))
      #expect(space["metadata", "annotations", "stage"] == "abc1234")
      // What Muster has made, it takes away.
      let teardown = try await flow.teardown()
      #expect(teardown.actions.last?.deed == .deleteNamespace)
      let after = try await flow.live(WorkerKinds.namespace, flow.namespace)
      #expect(after == nil || after?["metadata", "deletionTimestamp"] != nil)
    },
    Scenario("a namespace that Muster has made stays while somebody else has something in it", isThere: false) { flow in
      let wanted = try await flow.wanted()
      try await flow.deploy(wanted)
      try await flow.resources(WorkerKinds.configMap).create(DynamicObject(WorkerKinds.configMap, name: "mine"))
      let teardown = try await flow.teardown()
      #expect(teardown.actions.allSatisfy { $0.deed != .deleteNamespace })
      #expect(teardown.remarks.contains { $0.contains("configmap/mine is in it") }, "\(teardown.remarks)")
      #expect(try await flow.live(WorkerKinds.configMap, "mine") != nil)
      let again = DeploymentPlanner.teardown(try await flow.observer.observeForTeardown())
      #expect(again.isEmpty, "\(again)")
    },
    Scenario("the number of workers that somebody has set stays, unless one is asked for") { flow in
      try await flow.deploy(try await flow.wanted { $0.replicas = nil })
      #expect(try await flow.deployment()["spec", "replicas"] == 2)
      try await flow.resources(WorkerKinds.deployment).scale("prover-cli-t", to: 7, WriteOptions(manager: "autoscaler"))
      #expect(try await flow.plan(try await flow.wanted { $0.replicas = nil }).isEmpty)
      let newer = try await flow.wanted {
        $0.replicas = nil
        $0.image = "registry.example/w/prover:client-2"
      }
      let plan = try await flow.deploy(newer)
      #expect(plan.actions.map(\.subject) == ["deployment/prover-cli-t"])
      #expect(plan.actions.first?.changes.map(\.path) == [".spec.template.spec.containers[name=client].image"])
      #expect(plan.restartsWorkers)
      #expect(try await flow.deployment()["spec", "replicas"] == 7)
      #expect(try await flow.plan(newer).isEmpty)
      let asked = try await flow.plan(
        try await flow.wanted {
          $0.replicas = 2
          $0.image = "registry.example/w/prover:client-2"
        })
      #expect(asked.actions.first?.changes == [FieldChange(".spec.replicas", from: 7, to: 2)])
      #expect(asked.remarks.contains { $0.contains("there are 7 workers, and CLIENT_REPLICAS says 2") })
    },
    Scenario("a scaler that is quicker than the apply is not overruled") { flow in
      try await flow.deploy(try await flow.wanted { $0.replicas = nil })
      let newer = try await flow.wanted {
        $0.replicas = nil
        $0.image = "registry.example/w/prover:client-2"
      }
      let plan = try await flow.plan(newer)
      flow.server.transport.onWrite { request in
        guard request.path.hasSuffix("/prover-cli-t") else { return }
        flow.server.transport.onWrite(nil)
        try await flow.resources(WorkerKinds.deployment).scale("prover-cli-t", to: 9)
      }
      try await flow.carrier.carryOut(plan)
      let live = try await flow.deployment()
      #expect(live["spec", "replicas"] == 9)
      #expect(try await flow.plan(newer).isEmpty)
    },
    Scenario("what is no longer wanted goes, and nothing else") { flow in
      try await flow.deploy(try await flow.wanted())
      try await flow.resources(WorkerKinds.secret).create(DynamicObject(WorkerKinds.secret, name: "mine"))
      let wanted = try await flow.wanted { $0.password = nil }
      let plan = try await flow.deploy(wanted)
      // The deployment keeps the list of what belongs to it.
      #expect(plan.actions.map(\.subject) == ["deployment/prover-cli-t", "secret/img-cred"])
      #expect(!plan.restartsWorkers)
      #expect(try await flow.live(WorkerKinds.secret, "img-cred") == nil)
      #expect(try await flow.live(WorkerKinds.secret, "mine") != nil)
      #expect(try await flow.plan(wanted).isEmpty)
    },
    Scenario("a selector that cannot be kept makes the deployment anew, with as many workers") { flow in
      try await flow.deploy(try await flow.wanted { $0.replicas = 5 })
      let before = try await flow.deployment()
      let wanted = try await flow.wanted {
        $0.replicas = nil
        $0.selector = ["matchLabels": ["role": "cluster-prover", "app": "mine"]]
        $0.podLabels = ["app": "mine"]
      }
      let plan = try await flow.deploy(wanted)
      #expect(plan.actions.count == 1)
      guard case .recreate? = plan.actions.first?.deed else {
        Issue.record("\(plan)")
        return
      }
      #expect(plan.actions.first?.changes.contains { $0.path == ".spec.selector.matchLabels.app" } == true)
      let after = try await flow.deployment()
      #expect(after.uid != before.uid)
      #expect(after["spec", "replicas"] == 5)
      #expect(try await flow.plan(wanted).isEmpty)
    },
    Scenario("another cluster of workers in the namespace is refused, and nothing is changed") { flow in
      let wanted = try await flow.wanted()
      var other = try #require(wanted.objects().last?.object)
      other.name = "prover-other"
      other["metadata", "labels"] = nil
      try await flow.resources(WorkerKinds.deployment).create(other)
      let writes = flow.server.transport.writes
      let error = await #expect(throws: WorkerDeploymentError.self) { try await flow.deploy(wanted) }
      #expect(error?.code == .occupied)
      #expect(error?.message.contains("'prover-other'") == true)
      #expect(flow.server.transport.writes == writes)
    },
    Scenario("an object of somebody else under one of our names is refused, and nothing is changed") { flow in
      var service = DynamicObject(WorkerKinds.service, name: "cluster-coordinator")
      service["spec"] = ["selector": ["app": "mine"], "ports": [["port": 80, "protocol": "TCP"]]]
      try await flow.resources(WorkerKinds.service).create(service)
      let before = try await flow.snapshotOfOthers()
      let error = await #expect(throws: WorkerDeploymentError.self) { try await flow.deploy(try await flow.wanted()) }
      #expect(error?.code == .notMine)
      #expect(error?.message.contains("service/cluster-coordinator") == true)
      #expect(try await flow.snapshotOfOthers() == before)
    },
    Scenario("no secret stands in a plan, printed in any way") { flow in
      let wanted = try await flow.wanted()
      let canaries = ["canary-password", WantedFixture.file("canary-password")]
      var plan = try await flow.deploy(wanted)
      for canary in canaries { #expect(!printed(plan).contains(canary)) }
      plan = try await flow.plan(try await flow.wanted { $0.password = "another-canary-password" })
      #expect(
        plan.actions.first?.changes == [
          FieldChange(".data['.dockerconfigjson']", from: "<redacted>", to: "<redacted>")
        ])
      for canary in canaries + ["another-canary", WantedFixture.file("another-canary-password")] {
        #expect(!printed(plan).contains(canary))
      }
      let observed = try await flow.observer.observe(wanted.objects())
      for canary in canaries { #expect(!"\(observed.objects)".contains(canary)) }
    },
  ]

  private static func printed(_ plan: DeploymentPlan) -> String {
    var text = ""
    dump(plan, to: &text)
    return text + "\(plan)" + String(reflecting: plan)
  }
}
